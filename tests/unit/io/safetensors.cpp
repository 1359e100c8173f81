// SPDX-License-Identifier: BSL-1.0
#include <quantype/io/safetensors.hpp>

#include <catch2/catch.hpp>
#include <cstdint>
#include <filesystem>
#include <string>

#include "support/temp_dir.hpp"
#include "unit/io/error_text.hpp"

using io_test::bytes_of;
using io_test::error_text;
using io_test::little_endian;
using namespace quantype;

namespace {

const std::string name = "model.safetensors";

std::string file_text(const std::string& header, const std::string& data) {
    return little_endian(header.size(), 8) + header + data;
}
tensor_file parse(const std::string& text) { return parse_safetensors(bytes_of(text), name); }
std::string refusal(const std::string& text) {
    return error_text([&] { parse(text); });
}
std::string refusal(const std::string& header, std::size_t data) {
    return refusal(file_text(header, std::string(data, '\1')));
}
/// The refusal of one tensor "conv.weight" with these three values, in a file of `data` bytes.
std::string tensor_refusal(const std::string& type, const std::string& extents, const std::string& offsets,
                           std::size_t data) {
    return refusal(
        R"({"conv.weight":{"dtype":)" + type + R"(,"shape":)" + extents + R"(,"data_offsets":)" + offsets + "}}", data);
}
const std::string where = name + ": tensor \"conv.weight\": ";

tensor_map every_dtype() {
    tensor_map map{
        {"f32", to_any_tensor(tensor<float>(shape{2, 1}, {1.5F, -0.0F}))},
        {"f64", to_any_tensor(tensor<double>(shape{}, {0.1}))},
        {"f16", any_tensor{dtype::float16, shape{3}, std::vector<std::byte>(6, std::byte{7})}},
        {"i8", to_any_tensor(tensor<std::int8_t>(shape{2}, {-128, 127}))},
        {"u8", to_any_tensor(tensor<std::uint8_t>(shape{1, 1, 1, 1, 1, 1}, {255}))},
        {"i16", to_any_tensor(tensor<std::int16_t>(shape{1}, {-32768}))},
        {"u16", to_any_tensor(tensor<std::uint16_t>(shape{1}, {65535}))},
        {"i32", to_any_tensor(tensor<std::int32_t>(shape{1}, {-5}))},
        {"i64", to_any_tensor(tensor<std::int64_t>(shape{0, 3}))},
        {"bool", to_any_tensor(tensor<std::uint8_t>(shape{3}, {0, 1, 0}), dtype::boolean)},
    };
    map["caf\xc3\xa9 \"x\"\n"] = map["i8"];
    return map;
}

void check_equal(const tensor_map& a, const tensor_map& b) {
    REQUIRE(a.size() == b.size());
    for (const auto& [key, t] : a) {
        CHECK(t.type == b.at(key).type);
        CHECK(t.extents == b.at(key).extents);
        CHECK(t.bytes == b.at(key).bytes);
    }
}

}  // namespace

TEST_CASE("safetensors: every dtype and the metadata survive writing and reading") {
    const support::temp_dir dir;
    const std::string path = dir.file("a.safetensors");
    const metadata_map metadata{{"format", "pt"}, {"note", "line\nbreak, \"quotes\", \xe2\x82\xac"}};
    save_safetensors(path, every_dtype(), metadata);
    check_equal(load_safetensors(path), every_dtype());
    const tensor_file file = load_safetensors_file(path);
    CHECK(file.metadata == metadata);
    CHECK(safetensors_bytes(file.tensors, file.metadata, name) == read_file(path));
    save_safetensors(path, {});
    CHECK(read_file(path) == bytes_of(file_text("{}      ", "")));
    CHECK(load_safetensors(path).empty());
}

TEST_CASE("safetensors: the written layout is aligned and in a fixed order") {
    const tensor_map map{{"b", to_any_tensor(tensor<std::uint8_t>(shape{1}, {9}))},
                         {"a", to_any_tensor(tensor<std::uint8_t>(shape{1}, {8}))},
                         {"c", to_any_tensor(tensor<std::uint16_t>(shape{1}, {0x4142}))}};
    const std::string header = R"({"a":{"data_offsets":[2,3],"dtype":"U8","shape":[1]},)"
                               R"("b":{"data_offsets":[3,4],"dtype":"U8","shape":[1]},)"
                               R"("c":{"data_offsets":[0,2],"dtype":"U16","shape":[1]}})";
    const std::string spaces((8 - header.size() % 8) % 8, ' ');
    CHECK(safetensors_bytes(map, {}, name) == bytes_of(file_text(header + spaces, "BA\x08\x09")));
}

TEST_CASE("safetensors: header lengths are checked against the file") {
    CHECK(refusal("1234567") == name + ": 7 bytes are too few for a safetensors file");
    CHECK(refusal(little_endian(3, 8) + "{}") == name + ": header length 3 goes past the end of the file of 10 bytes");
    CHECK(refusal(little_endian(std::uint64_t{1} << 63U, 8) + "{}") ==
          name + ": header length 9223372036854775808 goes past the end of the file of 10 bytes");
    CHECK(refusal(little_endian(~std::uint64_t{0}, 8) + "{}") ==
          name + ": header length 18446744073709551615 goes past the end of the file of 10 bytes");
    CHECK(refusal(file_text(std::string(max_safetensors_header_bytes + 1, ' '), "")) ==
          name + ": header length 16777217, the limit is 16777216");
}

TEST_CASE("safetensors: headers that are not the format's are refused") {
    CHECK(refusal("", 0) == name + ": the header does not start with '{'");
    CHECK(refusal(" {}", 0) == name + ": the header does not start with '{'");
    CHECK(refusal("{\"a\": ", 0) == name + ": header: not valid JSON at byte 7");
    CHECK(refusal("{\"a\":" + std::string(100000, '['), 0) == name + ": header: nested deeper than 64 levels");
    CHECK(refusal(R"({"a":{},"a":{}})", 0) == name + ": header: the key \"a\" occurs twice in one object");
    CHECK(refusal(R"({"a":7})", 0) == name + ": tensor \"a\": the entry is not an object");
    CHECK(refusal(R"({"":{}})", 0) == name + ": tensor \"\": the name is empty");
    CHECK(refusal(R"({"__metadata__":[]})", 0) == name + ": __metadata__ is not an object");
    CHECK(refusal(R"({"__metadata__":{"k":1}})", 0) == name + ": __metadata__ \"k\" is not a text");
    CHECK(refusal(R"({"a":{"shape":[],"data_offsets":[0,1]}})", 1) ==
          name + ": tensor \"a\": the key \"dtype\" is missing");
    CHECK(refusal(R"({"a":{"dtype":"U8","data_offsets":[0,1]}})", 1) ==
          name + ": tensor \"a\": the key \"shape\" is missing");
    CHECK(refusal(R"({"a":{"dtype":"U8","shape":[]}})", 1) ==
          name + ": tensor \"a\": the key \"data_offsets\" is missing");
    CHECK(refusal(R"({"a":{"dtype":"U8","shape":[],"data_offsets":[0,1],"x":0}})", 1) ==
          name + ": tensor \"a\": unknown key \"x\"");
}

TEST_CASE("safetensors: dtypes that are not supported are refused by name") {
    for (const std::string type : {"BF16", "U32", "U64", "F8_E4M3", "f32", ""}) {
        CHECK(tensor_refusal("\"" + type + "\"", "[2]", "[0,4]", 4) ==
              where + "dtype \"" + type + "\" is not supported; supported are F16 F32 F64 I8 U8 I16 U16 I32 I64 BOOL");
    }
    CHECK(tensor_refusal("1", "[2]", "[0,4]", 4) == where + "dtype is not a text");
}

TEST_CASE("safetensors: hostile shapes are refused by number") {
    CHECK(tensor_refusal("\"U8\"", "[1,1,1,1,1,1,1]", "[0,1]", 1) == where + "7 dimensions, the limit is 6");
    CHECK(tensor_refusal("\"U8\"", "[1,9223372036854775808]", "[0,1]", 1) ==
          where + "dimension 1 is 9223372036854775808, the limit is 2147483647");
    CHECK(tensor_refusal("\"F64\"", "[2147483647,2147483647]", "[0,0]", 0) ==
          where + "the shape takes more than 2^63 bytes");
    CHECK(tensor_refusal("\"F64\"", "[2147483647,2147483647,2147483647,0]", "[0,0]", 0) ==
          where + "the shape takes more than 2^63 bytes");
    const std::string other = where + "shape holds something else than whole numbers of 0 to 2^64 - 1";
    for (const std::string extent : {"-1", "1.0", "\"1\"", "null", "[1]", "18446744073709551616"}) {
        CHECK(tensor_refusal("\"U8\"", "[" + extent + "]", "[0,1]", 1) == other);
    }
    CHECK(tensor_refusal("\"U8\"", "1", "[0,1]", 1) == where + "shape is not a list");
}

TEST_CASE("safetensors: offsets are checked against data, shape and each other") {
    CHECK(tensor_refusal("\"F32\"", "[1000]", "[0,4000]", 3600) ==
          where + "data_offsets [0, 4000] end past the data section of 3600 bytes");
    CHECK(tensor_refusal("\"U8\"", "[8]", "[9223372036854775808,9223372036854775816]", 8) ==
          where + "data_offsets [9223372036854775808, 9223372036854775816] end past the data section of 8 bytes");
    CHECK(tensor_refusal("\"U8\"", "[8]", "[18446744073709551608,0]", 8) ==
          where + "data_offsets [18446744073709551608, 0] end before they begin");
    CHECK(tensor_refusal("\"F32\"", "[2,3]", "[0,16]", 16) ==
          where + "data_offsets [0, 16] span 16 bytes where shape [2, 3] of torch.float32 takes 24");
    CHECK(tensor_refusal("\"U8\"", "[8]", "[0]", 8) == where + "data_offsets has 1 numbers, not 2");
    CHECK(tensor_refusal("\"U8\"", "[8]", "[0,-8]", 8) ==
          where + "data_offsets holds something else than whole numbers of 0 to 2^64 - 1");
    CHECK(tensor_refusal("\"U8\"", "[4]", "[4,8]", 8) ==
          where + "data_offsets [4, 8] leave a hole of 4 bytes after byte 0 of the data section");
    CHECK(tensor_refusal("\"U8\"", "[4]", "[0,4]", 8) ==
          name + ": 4 bytes after the last tensor, which ends at byte 4 of the data section");
    CHECK(refusal("{}", 3) == name + ": 3 bytes after the last tensor, which ends at byte 0 of the data section");
    CHECK(refusal(R"({"a":{"dtype":"U8","shape":[6],"data_offsets":[0,6]},)"
                  R"("b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}})",
                  8) == name + ": tensor \"b\": data_offsets [4, 8] overlap tensor \"a\", which ends at 6");
    CHECK(refusal(R"({"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},)"
                  R"("b":{"dtype":"U8","shape":[0],"data_offsets":[4,4]}})",
                  8) == name + ": tensor \"b\": data_offsets [4, 4] overlap tensor \"a\", which ends at 8");
    CHECK(refusal(file_text(R"({"m":{"dtype":"BOOL","shape":[2],"data_offsets":[0,2]}})", "\1\2")) ==
          name + ": tensor \"m\": element 1 is 2 where a boolean is 0 or 1");
}

TEST_CASE("safetensors: a file cut at any byte is refused; a flipped bit is refused or harmless") {
    const auto whole = safetensors_bytes(every_dtype(), {{"k", "v"}}, name);
    for (std::size_t n = 0; n < whole.size(); ++n) {
        const std::string text = error_text([&] { parse_safetensors(std::span(whole).first(n), name); });
        if (!text.starts_with(name + ": ")) FAIL("cut at " << n << ": " << text);
    }
    auto longer = whole;
    longer.push_back(std::byte{0});
    CHECK(error_text([&] { parse_safetensors(longer, name); }).find(": 1 bytes after the last tensor") !=
          std::string::npos);
    std::size_t refused = 0;
    for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
        auto damaged = whole;
        damaged[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
        const std::string text = error_text([&] { parse_safetensors(damaged, name); });
        if (text == "(no error)") continue;
        ++refused;
        if (!text.starts_with(name + ": ")) FAIL("bit " << bit << ": " << text);
    }
    CHECK(refused > 4 * whole.size());
}

TEST_CASE("safetensors: what cannot be written is refused and leaves the old file") {
    const support::temp_dir dir;
    const std::string path = dir.file("a.safetensors");
    const any_tensor good = to_any_tensor(tensor<float>(shape{1}, {1}));
    save_safetensors(path, {{"old", good}});
    const auto save = [&](const tensor_map& map, const metadata_map& metadata = {}) {
        return error_text([&] { save_safetensors(path, map, metadata); });
    };
    const any_tensor codes = to_any_tensor(tensor<std::uint8_t>(shape{1}, {1}), quint8);
    CHECK(save({{"w", codes}}) == path + ": tensor \"w\": dtype torch.quint8 has no safetensors form");
    CHECK(save({{"", good}}) == path + ": tensor \"\": the name is empty");
    CHECK(save({{"__metadata__", good}}) == path + ": tensor \"__metadata__\": the name is reserved");
    CHECK(save({{"caf\xe9", good}}) == path + ": tensor \"caf\\xe9\": the name is not valid UTF-8");
    CHECK(save({}, {{"\xff", "v"}}) == path + ": metadata key \"\\xff\" is not valid UTF-8");
    CHECK(save({}, {{"k", "\xff"}}) == path + ": metadata \"k\" is not valid UTF-8");
    CHECK(save({{"w", any_tensor{dtype::float32, shape{2}, {}}}}) ==
          path + ": tensor \"w\": 0 bytes where shape [2] of torch.float32 takes 8");
    CHECK(load_safetensors(path).contains("old"));
    CHECK(std::distance(std::filesystem::directory_iterator(dir.path()), std::filesystem::directory_iterator()) == 1);
}
