// SPDX-License-Identifier: BSL-1.0
// The header of an .npy file: a Python dict literal of three keys, read by a parser that knows nothing else.
#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <quantype/core/dtype.hpp>
#include <quantype/host/error.hpp>
#include <quantype/io/element.hpp>
#include <quantype/io/in_quotes.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// numpy's name of a dtype, e.g. "<f4"; empty when .npy has none (the quantized dtypes).
constexpr std::string_view npy_descr(dtype d) {
    switch (d) {
        case dtype::float16: return "<f2";
        case dtype::float32: return "<f4";
        case dtype::float64: return "<f8";
        case dtype::int8: return "|i1";
        case dtype::uint8: return "|u1";
        case dtype::int16: return "<i2";
        case dtype::uint16: return "<u2";
        case dtype::int32: return "<i4";
        case dtype::int64: return "<i8";
        case dtype::boolean: return "|b1";
        default: return "";
    }
}

namespace detail {

/// Reads `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }` with its keys in any order.
class npy_header_parser {
public:
    npy_header_parser(std::string_view text, std::string where) : text_(text), where_(std::move(where)) {}

    /// dtype and extents; the extents are checked by the caller.
    void parse() {
        expect('{');
        while (!accept('}')) {
            item();
            if (accept(',')) continue;
            expect('}');
            break;
        }
        skip_spaces();
        if (at_ != text_.size()) fail("text after the header's closing brace");
        if (!has_descr_) fail("the key 'descr' is missing");
        if (!has_order_) fail("the key 'fortran_order' is missing");
        if (!has_shape_) fail("the key 'shape' is missing");
    }

    dtype type() const { return type_; }
    const std::vector<std::uint64_t>& extents() const { return extents_; }

private:
    [[noreturn]] void fail(const std::string& cause) const { raise(where_ + cause); }

    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    void skip_spaces() {
        while (peek() == ' ' || peek() == '\n' || peek() == '\t' || peek() == '\r') ++at_;
    }
    bool accept(char c) {
        skip_spaces();
        if (peek() != c) return false;
        ++at_;
        return true;
    }
    bool accept(std::string_view word) {
        skip_spaces();
        if (text_.substr(at_, word.size()) != word) return false;
        at_ += word.size();
        return true;
    }
    void expect(char c) {
        if (!accept(c)) fail(std::string("expected '") + c + "' at byte " + std::to_string(at_) + " of the header");
    }

    void item() {
        const std::string_view key = quoted_text();
        expect(':');
        if (key == "descr") {
            once(has_descr_, key);
            descr();
        } else if (key == "fortran_order") {
            once(has_order_, key);
            order();
        } else if (key == "shape") {
            once(has_shape_, key);
            extents_list();
        } else {
            fail("unknown key " + in_quotes(key));
        }
    }
    void once(bool& seen, std::string_view key) const {
        if (seen) fail("the key " + in_quotes(key) + " occurs twice");
        seen = true;
    }
    std::string_view quoted_text() {
        skip_spaces();
        const char mark = peek();
        if (mark != '\'' && mark != '"')
            fail("expected a quoted text at byte " + std::to_string(at_) + " of the header");
        const std::size_t end = text_.find(mark, at_ + 1);
        if (end == std::string_view::npos) fail("a quoted text of the header does not end");
        const std::string_view inside = text_.substr(at_ + 1, end - at_ - 1);
        at_ = end + 1;
        return inside;
    }
    void descr() {
        if (accept('[')) fail("structured dtypes (records) are not supported");
        const std::string_view text = quoted_text();
        for (const dtype d : {dtype::float16, dtype::float32, dtype::float64, dtype::int8, dtype::uint8, dtype::int16,
                              dtype::uint16, dtype::int32, dtype::int64, dtype::boolean}) {
            if (same_descr(text, npy_descr(d), element_size(d))) {
                type_ = d;
                return;
            }
        }
        if (text.find('O') != std::string_view::npos)
            fail("dtype " + in_quotes(text) + ": Python objects are not read");
        if (text.starts_with('>')) fail("dtype " + in_quotes(text) + ": big-endian data is not supported");
        fail("dtype " + in_quotes(text) +
             " is not supported; supported are f2 f4 f8 i1 i2 i4 i8 u1 u2 b1, little-endian");
    }
    // The mark before the letter says nothing for single bytes and may be left out or '=' (native) for the rest.
    static bool same_descr(std::string_view text, std::string_view known, std::size_t size) {
        const std::string_view marks = size == 1 ? "|<>=" : "<=";
        if (text.size() == 3 && marks.find(text.front()) != std::string_view::npos) text.remove_prefix(1);
        return text == known.substr(1);
    }
    void order() {
        if (accept("False")) return;
        if (accept("True")) fail("Fortran order is not supported; save it with numpy.ascontiguousarray");
        fail("'fortran_order' is neither True nor False");
    }
    void extents_list() {
        expect('(');
        bool comma = true;  // an empty tuple needs none, and a tuple of one needs one
        while (!accept(')')) {
            if (!comma) fail("expected ',' or ')' at byte " + std::to_string(at_) + " of the header");
            extents_.push_back(number());
            comma = accept(',');
        }
        if (extents_.size() == 1 && !comma) fail("'shape' is a number in brackets, not a tuple");
    }
    std::uint64_t number() {
        skip_spaces();
        const std::size_t start = at_;
        std::uint64_t value = 0;
        while (peek() >= '0' && peek() <= '9') {
            const auto digit = static_cast<std::uint64_t>(peek() - '0');
            if (value > (std::numeric_limits<std::uint64_t>::max() - digit) / 10) fail("a dimension exceeds 64 bits");
            value = 10 * value + digit;
            ++at_;
        }
        if (at_ == start) fail("expected a dimension at byte " + std::to_string(at_) + " of the header");
        return value;
    }

    std::string_view text_;
    std::string where_;
    std::size_t at_ = 0;
    dtype type_ = dtype::none;
    std::vector<std::uint64_t> extents_;
    bool has_descr_ = false;
    bool has_order_ = false;
    bool has_shape_ = false;
};

}  // namespace detail

QUANTYPE_END_NAMESPACE
