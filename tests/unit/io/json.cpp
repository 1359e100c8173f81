// SPDX-License-Identifier: BSL-1.0
#include <quantype/io/json.hpp>

#include <catch2/catch.hpp>
#include <string>

#include <quantype/io/atomic_file.hpp>

#include "support/temp_dir.hpp"
#include "unit/io/error_text.hpp"

using io_test::error_text;
using quantype::parse_json;

namespace {

std::string refusal(const std::string& text) {
    return error_text([&] { parse_json(text, "x.json"); });
}
std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

}  // namespace

TEST_CASE("json: values are read") {
    const quantype::json value = parse_json(R"({"a": [1, 2.5, "t"], "b": null})", "x.json");
    CHECK(value["a"][0].get<int>() == 1);
    CHECK(value["a"][2].get<std::string>() == "t");
    CHECK(value["b"].is_null());
}

TEST_CASE("json: mistakes are refused with their place") {
    CHECK(refusal("") == "x.json: not valid JSON at byte 1");
    CHECK(refusal("{\"a\": 1") == "x.json: not valid JSON at byte 8");
    CHECK(refusal("{} {}") == "x.json: not valid JSON at byte 4");
    CHECK(refusal("\"\xff\"") == "x.json: not valid JSON at byte 2");
    CHECK(refusal("1e999").starts_with("x.json: not valid JSON"));  // by the parser, or with -ffast-math by us
    CHECK(refusal("nan") == "x.json: not valid JSON at byte 2");
}

TEST_CASE("json: a key that occurs twice in one object is refused") {
    CHECK(refusal(R"({"a": 1, "b": 2, "a": 3})") == "x.json: the key \"a\" occurs twice in one object");
    CHECK(refusal(R"([{"k": {"a\n": 1, "a\u000a": 3}}])") == "x.json: the key \"a\\x0a\" occurs twice in one object");
    CHECK(refusal(R"({"a": {"a": 1}, "b": [{"a": 1}, {"a": 2}]})") == "(no error)");
}

TEST_CASE("json: nesting is bounded before anything is built") {
    CHECK(refusal(nested(quantype::max_json_depth)) == "(no error)");
    CHECK(refusal(nested(quantype::max_json_depth + 1)) == "x.json: nested deeper than 64 levels");
    CHECK(refusal(nested(5000000)) == "x.json: nested deeper than 64 levels");
    std::string objects;
    for (int i = 0; i < 100000; ++i) objects += "{\"a\":";
    CHECK(refusal(objects) == "x.json: nested deeper than 64 levels");
}

TEST_CASE("json: load_json names the file") {
    const support::temp_dir dir;
    const std::string path = dir.file("a.json");
    quantype::write_file_atomically(path, "[1, 2]");
    CHECK(quantype::load_json(path).size() == 2);
    quantype::write_file_atomically(path, "[1, 2");
    CHECK(error_text([&] { quantype::load_json(path); }) == path + ": not valid JSON at byte 6");
}

TEST_CASE("json: is_json_text tells valid UTF-8") {
    CHECK(quantype::is_json_text(""));
    CHECK(quantype::is_json_text("caf\xc3\xa9 \xef\xbf\xbd"));
    CHECK_FALSE(quantype::is_json_text("caf\xe9"));
    CHECK_FALSE(quantype::is_json_text("\xc3"));
    CHECK_FALSE(quantype::is_json_text("\xed\xa0\x80"));  // a lone surrogate
}

TEST_CASE("json: in_quotes makes any bytes printable") {
    CHECK(quantype::in_quotes("conv.weight") == "\"conv.weight\"");
    CHECK(quantype::in_quotes("a\"b\\c\x1b[2J\x7f\xff") == "\"a\\\"b\\\\c\\x1b[2J\\x7f\\xff\"");
    CHECK(quantype::in_quotes(std::string(200, 'a')) == "\"" + std::string(120, 'a') + "...\"");
}
