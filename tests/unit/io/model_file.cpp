// SPDX-License-Identifier: BSL-1.0
#include <quantype/io/model_file.hpp>

#include <catch2/catch.hpp>
#include <cstdint>
#include <filesystem>
#include <string>

#include "support/temp_dir.hpp"
#include "unit/io/error_text.hpp"

using io_test::error_text;
using namespace quantype;

namespace {

tensor_map some_model() {
    return {{"fc.weight", to_any_tensor(tensor<std::int8_t>(shape{1, 2}, {-128, 127}), qint8)},
            {"fc.weight_scale", to_any_tensor(tensor<double>(shape{}, {0.1}))},
            {"x.codes", to_any_tensor(tensor<std::uint8_t>(shape{1}, {200}), quint8)},
            {"fc.bias", to_any_tensor(tensor<std::int32_t>(shape{1}, {-70000}), qint32)},
            {"order", to_any_tensor(tensor<std::int32_t>(shape{1}, {3}))}};
}

std::string refusal(const support::temp_dir& dir, const metadata_map& metadata, const tensor_map& tensors = {}) {
    const std::string path = dir.file("m");
    save_safetensors(path, tensors, metadata);
    const std::string text = error_text([&] { read_model_file(path); });
    return text.starts_with(path + ": ") ? text.substr(path.size() + 2) : "no path: " + text;
}

}  // namespace

TEST_CASE("model_file: tensors, quantized dtypes and metadata survive") {
    const support::temp_dir dir;
    const std::string path = dir.file("model.safetensors");
    const metadata_map metadata{{"backend", "qnnpack"}, {"empty", ""}};
    write_model_file(path, some_model(), metadata);
    const tensor_file file = read_model_file(path);
    CHECK(file.metadata == metadata);
    REQUIRE(file.tensors.size() == 5);
    for (const auto& [name, t] : some_model()) {
        CHECK(file.tensors.at(name).type == t.type);
        CHECK(file.tensors.at(name).extents == t.extents);
        CHECK(file.tensors.at(name).bytes == t.bytes);
    }
    CHECK(model_file_bytes(file.tensors, file.metadata, path) == read_file(path));
    const tensor_file plain = load_safetensors_file(path);
    CHECK(plain.tensors.at("fc.weight").type == dtype::int8);
    CHECK(plain.metadata.at("format") == "quantype-model");
    CHECK(plain.metadata.at("format_version") == "1");
    CHECK(plain.metadata.at("dtype.fc.weight") == "torch.qint8");
}

TEST_CASE("model_file: other files and other versions are refused by name") {
    const support::temp_dir dir;
    const std::string not_ours = "not a saved quantype model: metadata ";
    CHECK(refusal(dir, {}) == not_ours + "\"format\" is missing");
    CHECK(refusal(dir, {{"format", "pt"}}) == not_ours + "\"format\" is \"pt\", not \"quantype-model\"");
    CHECK(refusal(dir, {{"format", "quantype-model"}}) == not_ours + "\"format_version\" is missing");
    const auto version = [&](const std::string& text) {
        return refusal(dir, {{"format", "quantype-model"}, {"format_version", text}});
    };
    CHECK(version("2") == "format version 2 is not supported by this build, which reads 1");
    CHECK(version("1.1") == "format version \"1.1\" is not supported by this build, which reads 1");
    CHECK(version("") == "format version \"\" is not supported by this build, which reads 1");
    CHECK(version("\n") == "format version \"\\x0a\" is not supported by this build, which reads 1");
    CHECK(version("1") == "no path: (no error)");
}

TEST_CASE("model_file: a dtype that does not fit its tensor is refused") {
    const support::temp_dir dir;
    const tensor_map tensors{{"w", to_any_tensor(tensor<std::int8_t>(shape{1}, {1}))}};
    const auto refusal_of = [&](const std::string& tensor, const std::string& type) {
        return refusal(dir, {{"format", "quantype-model"}, {"format_version", "1"}, {"dtype." + tensor, type}},
                       tensors);
    };
    CHECK(refusal_of("w", "torch.qint8") == "no path: (no error)");
    CHECK(refusal_of("v", "torch.qint8") == "metadata \"dtype.v\": the file has no such tensor");
    CHECK(refusal_of("w", "torch.quint8") ==
          "metadata \"dtype.w\": torch.quint8 is stored as torch.uint8, not as torch.int8");
    CHECK(refusal_of("w", "torch.int8") ==
          "metadata \"dtype.w\": \"torch.int8\" is not a quantized dtype of format version 1");
}

TEST_CASE("model_file: what cannot be written is refused and leaves no file") {
    const support::temp_dir dir;
    const std::string path = dir.file("m");
    for (const std::string key : {"format", "format_version", "dtype.w"}) {
        CHECK(error_text([&] { write_model_file(path, {}, {{key, "x"}}); }) ==
              path + ": metadata \"" + key + "\": the key is reserved");
    }
    CHECK(error_text([&] { write_model_file(path, {{"w", any_tensor{quint4x2, shape{1}, {}}}}); }) ==
          path + ": tensor \"w\": dtype torch.quint4x2 has no safetensors form");
    CHECK(std::filesystem::is_empty(dir.path()));
}
