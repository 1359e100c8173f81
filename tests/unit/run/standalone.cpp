// SPDX-License-Identifier: BSL-1.0
// Standalone modules run as the same modules do that are prepared by hand, one after another; tests/export compares
// them with PyTorch's.
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <quantype/backend/qnnpack.hpp>
#include <quantype/desk.hpp>
#include <quantype/qconfig/default_mappings.hpp>

#include "support/catch.hpp"
#include "support/uniform.hpp"
#include "support/vector_kernels.hpp"

namespace {

namespace qz = quantype;
namespace nn = qz::nn;
using backend = qz::backends::qnnpack;
struct mapping {
    static constexpr auto value =
        qz::qconfig_mapping().set_global(qz::qconfig{qz::min_max_observer(), qz::default_weight_observer});
};

struct block {
    nn::conv2d<4, 4, 3, nn::padding<1>> conv;
    nn::relu relu;
    QUANTYPE_MODULES(conv, relu)
    constexpr auto forward(auto x) const { return relu(conv(x)) + x; }
};
struct net {
    using inputs = qz::inputs<qz::f32<1, 3, 6, 5>>;
    nn::conv2d<3, 4, 3, nn::padding<1>> stem;
    qz::sequential<block, nn::relu> tail;
    nn::conv2d<4, 2, 1> last;
    QUANTYPE_MODULES(stem, tail, last)
    constexpr auto forward(auto x) const { return last(tail(stem(x))); }
};
struct around_block {
    using inputs = qz::inputs<qz::f32<1, 3, 6, 5>>;
    nn::conv2d<3, 4, 3, nn::padding<1>> stem;
    qz::sequential<block> tail;
    QUANTYPE_MODULES(stem, tail)
    constexpr auto forward(auto x) const { return tail(stem(x)); }
};
// The same in two pieces.
struct stem_alone {
    using inputs = qz::inputs<qz::f32<1, 3, 6, 5>>;
    nn::conv2d<3, 4, 3, nn::padding<1>> stem;
    QUANTYPE_MODULES(stem)
    constexpr auto forward(auto x) const { return stem(x); }
};
struct block_alone : block {
    using model = block;
    using inputs = qz::inputs<qz::f32<1, 4, 6, 5>>;
};

struct by_name {
    static constexpr auto value = qz::prepare_custom_config().set_standalone_module_name("tail.0");
};
struct by_class {
    static constexpr auto value = qz::prepare_custom_config().set_standalone_module_class<block>();
};
struct by_codes {
    static constexpr auto value = qz::prepare_custom_config().set_standalone_module_name("tail.0", {0}, {0});
};

qz::tensor_map weights() {
    qz::tensor_map w;
    add_uniform(w, "stem.weight", qz::shape(4, 3, 3, 3), 0.5f);
    add_uniform(w, "stem.bias", qz::shape(4), 0.5f);
    add_uniform(w, "tail.0.conv.weight", qz::shape(4, 4, 3, 3), 0.5f);
    add_uniform(w, "tail.0.conv.bias", qz::shape(4), 0.5f);
    add_uniform(w, "last.weight", qz::shape(2, 4, 1, 1), 0.5f);
    add_uniform(w, "last.bias", qz::shape(2), 0.5f);
    add_uniform(w, "x", qz::shape(1, 3, 6, 5), 0.5f);
    return w;
}
/// The tensors that begin with a prefix, which they lose.
qz::tensor_map behind(const qz::tensor_map& w, const std::string& prefix, bool keep) {
    qz::tensor_map r;
    for (const auto& [name, value] : w)
        if (name.starts_with(prefix)) r[keep ? name : name.substr(prefix.size())] = value;
    return r;
}

template <class Net>
auto converted(const qz::tensor_map& w, const qz::tensor<float>& x) {
    auto prepared = qz::prepare<Net, backend, mapping, qz::keep_float>(w);
    const auto y = prepared(x);
    return std::pair{qz::convert(prepared), y[0]};
}

}  // namespace

TEST_CASE("a standalone module gives what it gives as a model of its own") {
    const qz::tensor_map w = weights(), stem = behind(w, "stem.", true), own = behind(w, "tail.0.", false);
    const auto x = qz::get<float>(w, "x", "the test");
    qz::tensor_map both = stem;
    both.merge(behind(w, "tail.", true));
    const auto whole = converted<qz::customized<around_block, by_name>>(both, x).first;
    const auto [first, between] = converted<stem_alone>(stem, x);
    const auto second = converted<block_alone>(own, between).first;
    CHECK(whole(x)[0].data == second(first(x)[0])[0].data);
    CHECK(whole(x)[0].data == converted<qz::customized<around_block, by_class>>(both, x).first(x)[0].data);
    CHECK(decltype(whole)::arena_bytes >= decltype(second)::arena_bytes);
}

TEST_CASE("a standalone module on codes: every kernel set, the reference form, the saved model") {
    using custom = qz::customized<net, by_codes>;
    qz::tensor_map w = weights();
    const auto x = qz::get<float>(w, "x", "the test");
    w.erase("x");
    auto prepared = qz::prepare<custom, backend, mapping, qz::keep_float>(w);
    prepared(x);
    REQUIRE(prepared.parts().size() == 1);
    const auto model = qz::convert(prepared);
    const auto y = model(x)[0];
    CHECK(y.data == model.with<vector_kernels>()(x)[0].data);

    const auto reference = qz::convert_to_reference(prepared)(x)[0];
    const float step = model.quantized().values.back().scale;
    for (std::size_t i = 0; i < y.data.size(); ++i) CHECK(std::abs(y.data[i] - reference.data[i]) <= 1.01f * step);

    const std::string file = (std::filesystem::temp_directory_path() / "quantype_standalone.qt").string();
    qz::save_model(model, file);
    const auto loaded = qz::load_model<custom, backend, mapping>(file);
    std::filesystem::remove(file);
    CHECK(y.data == loaded(x)[0].data);
    CHECK(qz::model_hash<custom, backend, mapping> != qz::model_hash<net, backend, mapping>);
}
