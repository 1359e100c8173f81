// SPDX-License-Identifier: BSL-1.0
// Converted models as ONNX: the bytes of a file that ONNX's checker and the importer accept (tests/onnx), and refusals.
#include <filesystem>
#include <fstream>

#include <quantype/backend/qnnpack.hpp>
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

TEST_CASE("dynamic quantization is refused by name") {
    auto prepared = qz::prepare<small::net, qz::backends::qnnpack, dynamic_mapping>(small::weights());
    prepared(small::input({1, 2, 3, 4}));
    const auto model = qz::convert(prepared);
    CHECK(small::error_of([&] { (void)qz::onnx_bytes(model); }).find("only static 8-bit quantization can be written") !=
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
