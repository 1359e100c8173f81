// SPDX-License-Identifier: BSL-1.0
// The only place that includes nlohmann json: parsing text that may be hostile, without its exceptions.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include <quantype/host/error.hpp>
#include <quantype/io/float_bits.hpp>
#include <quantype/io/in_quotes.hpp>
#include <quantype/io/read_file.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// A JSON value; objects keep their members in alphabetical order.
using json = nlohmann::json;

/// Deepest nesting of arrays and objects that parse_json takes. The library parses and destroys values without
/// recursion, but copies, compares and prints them recursively, so depth has to be bounded before a value exists.
inline constexpr std::size_t max_json_depth = 64;

namespace detail {

/// First pass over the text: looks for mistakes and for what is legal JSON but refused, and builds nothing.
class json_checker {
public:
    const std::string& problem() const { return problem_; }

    bool null() { return true; }
    bool boolean(bool) { return true; }
    bool number_integer(std::int64_t) { return true; }
    bool number_unsigned(std::uint64_t) { return true; }
    bool number_float(double x, const std::string& digits) {
        // The parser's own check is folded away by -ffast-math.
        if (is_finite_bits(std::bit_cast<std::uint64_t>(x))) return true;
        problem_ = "not valid JSON: the number " + digits + " is out of range";
        return false;
    }
    bool string(std::string&) { return true; }
    bool binary(json::binary_t&) { return true; }
    bool start_object(std::size_t) { return open(); }
    bool start_array(std::size_t) { return open(); }
    bool end_object() { return close(); }
    bool end_array() { return close(); }
    bool key(std::string& name) {
        if (keys_.back().insert(name).second) return true;
        problem_ = "the key " + in_quotes(name) + " occurs twice in one object";
        return false;
    }
    bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) {
        problem_ = "not valid JSON at byte " + std::to_string(position);
        return false;
    }

private:
    bool open() {
        keys_.emplace_back();
        if (keys_.size() <= max_json_depth) return true;
        problem_ = "nested deeper than " + std::to_string(max_json_depth) + " levels";
        return false;
    }
    bool close() {
        keys_.pop_back();
        return true;
    }

    std::vector<std::set<std::string>> keys_;  // names seen in each of the open objects
    std::string problem_;
};

}  // namespace detail

/// Parses JSON text. Refuses, with `name` at the start of the error: what is not JSON (invalid UTF-8 and numbers out of
/// range included), nesting deeper than max_json_depth, and a key that occurs twice in one object.
inline json parse_json(std::string_view text, const std::string& name) {
    detail::json_checker checker;
    if (!json::sax_parse(text.begin(), text.end(), &checker)) raise(name + ": " + checker.problem());
    json value = json::parse(text.begin(), text.end(), nullptr, false);
    if (value.is_discarded()) raise(name + ": not valid JSON");
    return value;
}

/// Reads and parses a JSON file.
inline json load_json(const std::string& path) {
    const std::vector<std::byte> bytes = read_file(path);
    std::string text(bytes.size(), '\0');
    for (std::size_t i = 0; i < bytes.size(); ++i) text[i] = static_cast<char>(bytes[i]);
    return parse_json(text, path);
}

/// True when `text` can be written as a JSON string and read back unchanged, that is, when it is valid UTF-8.
inline bool is_json_text(std::string_view text) {
    const std::string written = json(text).dump(-1, ' ', false, json::error_handler_t::replace);
    const json read = json::parse(written, nullptr, false);
    return read.is_string() && read.get_ref<const std::string&>() == text;
}

QUANTYPE_END_NAMESPACE
