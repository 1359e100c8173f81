// SPDX-License-Identifier: BSL-1.0
// Converted models as ONNX: the bytes of a file that ONNX's checker and the importer accept (tests/onnx), and refusals.
#include <filesystem>
#include <fstream>

#include <quantype/backend/qnnpack.hpp>
#include <quantype/model/nn/sequences.hpp>
#include <quantype/qconfig/default_mappings.hpp>
#include <quantype/run/write_onnx.hpp>

#include "../../../examples/04_from_pytorch/small_net.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "unit/run/small_model.hpp"

namespace qz = quantype;

namespace {

std::string bytes_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

struct half_mapping {
    static constexpr auto value = qz::qconfig_mapping().set_global(qz::float16_dynamic_qconfig);
};
struct recurrent_net {
    using inputs = qz::inputs<qz::f32<3, 1, 2>>;
    qz::nn::gru<2, 2> gru;
    QUANTYPE_MODULES(gru)
    constexpr auto forward(auto x) const { return gru(x)[0]; }
};
struct dynamic_mapping {
    static constexpr auto value = qz::qconfig_mapping().set_global(qz::default_dynamic_qconfig);
};

}  // namespace

TEST_CASE("a converted model is the ONNX file of the example") {
    using net = exported::small_net;
    using backend = qz::backends::qnnpack;
    using mapping = qz::default_qnnpack_mapping;
    const std::string examples = QUANTYPE_SOURCE_DIR "/examples/";
    const auto numbers = qz::load_safetensors(examples + "04_from_pytorch/small_net_quantized.safetensors");
    const auto model = qz::convert_from<net, backend, mapping>(
        qz::load_safetensors(examples + "04_from_pytorch/small_net.safetensors"),
        qz::torch_parameters<net, backend, mapping>(numbers));
    const std::string expected = bytes_of(examples + "05_onnx/small_net.onnx");
    REQUIRE(!expected.empty());
    CHECK(qz::onnx_bytes(model) == expected);
    const support::temp_dir folder;
    qz::write_onnx(model, folder.file("net.onnx"));
    CHECK(bytes_of(folder.file("net.onnx")) == expected);
    CHECK(small::error_of([&] { qz::write_onnx(model, folder.file("missing/net.onnx")); }).find("missing/net.onnx") !=
          std::string::npos);
}

TEST_CASE("of dynamic quantization what is no linear layer with int8 weights is refused by name") {
    auto half = qz::prepare<small::net, qz::backends::qnnpack, half_mapping>(small::weights());
    CHECK(small::error_of([&] { (void)qz::onnx_bytes(qz::convert(half)); }).find("only 8-bit quantization") !=
          std::string::npos);
    qz::tensor_map weights;
    for (const char* name : {"weight_ih_l0", "weight_hh_l0"})
        weights["gru." + std::string(name)] = small::floats(qz::shape(6, 2), std::vector<float>(12, 0.5f));
    for (const char* name : {"bias_ih_l0", "bias_hh_l0"})
        weights["gru." + std::string(name)] = small::floats(qz::shape(6), std::vector<float>(6, 0.5f));
    auto gru = qz::prepare<recurrent_net, qz::backends::qnnpack, dynamic_mapping>(weights);
    CHECK(small::error_of([&] { (void)qz::onnx_bytes(qz::convert(gru)); }).find("only linear layers can be written") !=
          std::string::npos);
}

TEST_CASE("protobuf: numbers to base 128, lengths before texts") {
    qz::onnx::detail::message inner, outer;
    inner.number(1, 300).number(2, -1).real(3, 1.0f);
    outer.text(4, "ab").nested(5, inner);
    const char expected[] =
        "\x22\x02"
        "ab"
        "\x2a\x13"
        "\x08\xac\x02"
        "\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"
        "\x1d\x00\x00\x80\x3f";
    CHECK(outer.bytes() == std::string(expected, sizeof expected - 1));
}
