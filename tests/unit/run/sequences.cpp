// SPDX-License-Identifier: BSL-1.0
// Recurrent layers, cells and tables in their modes against what PyTorch 1.13 computed (engine qnnpack). The files in
// sequences/ are those of tests/export/record_sequences.py, which ./dev export-check writes afresh.
#include "support/sequence_check.hpp"

#include <filesystem>

#include <quantype/qconfig/qat_qconfig.hpp>
#include <quantype/run/model_file.hpp>

#include "sequences/gru.hpp"
#include "sequences/recurrent.hpp"
#include "sequences/tables.hpp"
#include "support/catch.hpp"
#include "support/vector_kernels.hpp"

using namespace sequences;

namespace {

struct trained_tables {
    static constexpr auto value = qz::qconfig_mapping()
                                      .set_object_type<nn::embedding<>>(qz::default_embedding_qat_qconfig)
                                      .set_object_type<nn::embedding_bag<>>(qz::default_embedding_qat_qconfig_4bit);
};

const std::string folder = QUANTYPE_SOURCE_DIR "/tests/unit/run/sequences";

template <class F>
std::string error_of(F&& f) {
    try {
        f();
    } catch (const qz::error& e) {
        return e.what();
    }
    return "";
}

qz::tensor<float> numbers(qz::shape s, float step) {
    qz::tensor<float> t(s);
    for (std::size_t i = 0; i < t.data.size(); ++i) t.data[i] = step * static_cast<float>(i % 13) - 3 * step;
    return t;
}

}  // namespace

TEST_CASE("recurrent layers and cells, dynamic: as PyTorch; the same with xsimd, and saved and loaded") {
    using net = exported::recurrent;
    CHECK(check_exported<net, dynamic>(folder, "dynamic", "recurrent"));
    const auto given = qz::torch_parameters<net, backend, dynamic>(read(folder, "dynamic", "recurrent", "_quantized"));
    const auto prepared = qz::prepare<net, backend, dynamic>(read(folder, "dynamic", "recurrent", ""));
    const auto model = qz::convert(prepared);
    REQUIRE(model.quantized().recurrent.size() == given.recurrent.size());
    for (const auto& [node, weights] : given.recurrent)
        for (std::size_t k = 0; k < weights.size(); ++k) {
            CHECK(model.quantized().recurrent.at(node)[k].codes == weights[k].codes);
            CHECK(model.quantized().recurrent.at(node)[k].scale == weights[k].scale);
        }
    const std::vector<qz::tensor<float>> x = {numbers(qz::shape(2, 4, 6), 0.3f), numbers(qz::shape(6, 2, 5), 0.1f),
                                              numbers(qz::shape(6, 2, 5), -0.2f)};
    const std::string file = (std::filesystem::temp_directory_path() / "quantype_sequences.qt").string();
    qz::save_model(model, file);
    const auto loaded = qz::load_model<net, backend, dynamic>(file);
    std::filesystem::remove(file);
    const auto y = model(x), again = loaded(x), simd = model.with<vector_kernels>()(x);
    for (std::size_t i = 0; i < y.size(); ++i) {
        CHECK(y[i].data == again[i].data);
        CHECK(y[i].data == simd[i].data);
    }
}

TEST_CASE("gru: dynamic and float16, as PyTorch; a layer beside it stays in float") {
    CHECK(check_converted<exported::gru, gru_alone>(folder, "eager", "gru"));
    CHECK(check_converted<exported::gru, half>(folder, "half", "gru"));
}

TEST_CASE("tables of 8 and 4 bits: as PyTorch; indices are checked") {
    using net = exported::tables;
    CHECK(check_exported<net, weight_only>(folder, "weight_only", "tables"));
    CHECK(check_converted<net, weight_only>(folder, "weight_only", "tables"));
    auto prepared = qz::prepare<net, backend, weight_only>(read(folder, "weight_only", "tables", ""));
    const auto model = qz::convert(prepared);
    const qz::tensor<std::int64_t> words(qz::shape(3, 4), {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 19});
    qz::tensor<std::int64_t> bags(qz::shape(11)), offsets(qz::shape(4), {0, 2, 2, 11});
    const auto y = model(words, bags, offsets);
    CHECK(y[0].extents == qz::shape(3, 4, 5));
    CHECK(y[1].data[6 + 1] == 0.0f);  // an empty bag
    const auto simd = model.with<vector_kernels>()(
        std::vector<qz::tensor<float>>{qz::as_float(words), qz::as_float(bags), qz::as_float(offsets)});
    for (std::size_t i = 0; i < y.size(); ++i) CHECK(y[i].data == simd[i].data);
    auto trained = qz::prepare_qat<net, backend, trained_tables>(read(folder, "weight_only", "tables", ""));
    const auto rounded = trained(words, bags, offsets);  // PyTorch's nn.qat.Embedding: rows of the rounded table
    const auto from_training = qz::convert(trained)(words, bags, offsets);
    for (std::size_t i = 1; i < y.size(); ++i) {
        CHECK(from_training[i].data == y[i].data);
        for (std::size_t k = 0; k < y[i].data.size(); ++k) CHECK(std::fabs(rounded[i].data[k] - y[i].data[k]) < 0.02f);
    }
    bags.data[3] = 30;
    CHECK(error_of([&] { model(words, bags, offsets); }) == "input 1: 30.000000 is not an integer in 0..29");
    CHECK(error_of([&] { prepared(words, bags, offsets); }).find("tags: index 30.000000 is not") == 0);
}
