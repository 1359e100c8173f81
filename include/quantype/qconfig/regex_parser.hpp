// SPDX-License-Identifier: BSL-1.0
// From the text of a regular expression to a program. The grammar is Python's, without what looks around or back.
#pragma once
#include <quantype/core/growable.hpp>
#include <quantype/qconfig/regex_program.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

enum class regex_error : std::uint8_t {
    none,
    group_not_closed,
    group_not_open,
    class_not_closed,
    bad_range,
    nothing_to_repeat,
    multiple_repeat,
    least_above_most,
    bad_escape,
    not_supported,
    too_large,
};

class regex_parser {
public:
    static constexpr int most_steps = 4096;

    growable<regex_step> program{};
    regex_error error = regex_error::none;
    int error_at = 0;

    constexpr explicit regex_parser(std::string_view text) : text_(text) {
        parse_alternatives();
        if (ok() && at_ < text_.size()) fail(regex_error::group_not_open);
        emit({regex_op::accept, 0, 0, {}});
    }
    constexpr bool ok() const { return error == regex_error::none; }

private:
    /// What may be done with the item just parsed.
    enum class item : std::uint8_t { repeatable, assertion };

    std::string_view text_;
    std::size_t at_ = 0;
    int depth_ = 0;

    constexpr void fail(regex_error e) {
        if (!ok()) return;
        error = e;
        error_at = static_cast<int>(at_);
    }
    constexpr bool more() const { return at_ < text_.size(); }
    constexpr char peek() const { return more() ? text_[at_] : '\0'; }
    constexpr bool take(char c) {
        if (!more() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    constexpr void emit(const regex_step& s) {
        if (program.size() >= most_steps) return fail(regex_error::too_large);
        program.push_back(s);
    }
    /// Puts a step before the fragment that starts at `start`; relative targets within it stay right.
    constexpr void insert(int start, const regex_step& s) {
        emit(s);
        for (int i = program.size() - 1; i > start; --i) program[i] = program[i - 1];
        program[start] = s;
    }

    // alternatives = sequence ("|" sequence)*
    constexpr void parse_alternatives() {
        growable<int> jumps;  // to the end, one after each alternative but the last
        int start = program.size();
        parse_sequence();
        while (ok() && take('|')) {
            insert(start, {regex_op::split, 1, program.size() - start + 2, {}});
            jumps.push_back(program.size());
            emit({regex_op::jump, 1, 0, {}});
            start = program.size();
            parse_sequence();
        }
        if (!ok()) return;
        for (int j : jumps) program[j].next = program.size() - j;
    }

    constexpr void parse_sequence() {
        while (ok() && more() && peek() != '|' && peek() != ')') {
            const int start = program.size();
            const std::size_t begin = at_;
            if (repeat r; parse_repeat(r)) {
                at_ = begin;
                return fail(regex_error::nothing_to_repeat);
            }
            const item what = parse_item();
            if (ok()) parse_repeats(start, what);
        }
    }

    struct repeat {
        int least = 0;
        int most = -1;  ///< -1: no limit
    };

    constexpr void parse_repeats(int start, item what) {
        repeat r;
        const std::size_t begin = at_;
        if (!parse_repeat(r)) return;
        if (what == item::assertion) {
            at_ = begin;
            return fail(regex_error::nothing_to_repeat);
        }
        take('?');  // lazy: finds the same matches
        if (peek() == '+') return fail(regex_error::not_supported);
        apply(start, r);
        const std::size_t again = at_;
        if (repeat second; ok() && parse_repeat(second)) {
            at_ = again;
            fail(regex_error::multiple_repeat);
        }
    }

    /// Takes `*`, `+`, `?` or `{...}` if one is here. A brace that is no repetition is a literal.
    constexpr bool parse_repeat(repeat& r) {
        const char c = peek();
        if (c == '*' || c == '+' || c == '?') {
            r = {c == '+' ? 1 : 0, c == '?' ? 1 : -1};
            ++at_;
            return true;
        }
        if (c != '{') return false;
        const std::size_t begin = at_++;
        int least = -1, most = -1;
        const bool empty = peek() == '}';
        parse_number(least);
        if (take(','))
            parse_number(most);
        else
            most = least;
        if (empty || !take('}')) {
            at_ = begin;
            return false;
        }
        if (most >= 0 && least > most) fail(regex_error::least_above_most);
        r = {least < 0 ? 0 : least, most};
        return true;
    }
    constexpr void parse_number(int& n) {
        while (peek() >= '0' && peek() <= '9') {
            n = (n < 0 ? 0 : n) * 10 + (peek() - '0');
            if (n > most_steps) n = most_steps;
            ++at_;
        }
    }

    /// Repeats the fragment from `start` to the end.
    constexpr void apply(int start, repeat r) {
        growable<regex_step> body;
        for (int i = start; i < program.size(); ++i) body.push_back(program[i]);
        program.resize(start);
        const int length = body.size();
        const auto append = [&] {
            for (int i = 0; i < length && ok(); ++i) emit(body[i]);
        };
        for (int i = 0; i < r.least && ok(); ++i) append();
        if (r.most < 0) {
            emit({regex_op::split, 1, length + 2, {}});
            append();
            emit({regex_op::jump, -(length + 1), 0, {}});
            return;
        }
        for (int left = r.most - r.least; left > 0 && ok(); --left) {
            emit({regex_op::split, 1, left * (length + 1), {}});
            append();
        }
    }

    constexpr item one_of(const byte_set& s) {
        emit({regex_op::byte, 1, 0, s});
        return item::repeatable;
    }
    constexpr item assertion(regex_op op) {
        emit({op, 1, 0, {}});
        return item::assertion;
    }

    constexpr item parse_item() {
        const char c = text_[at_++];
        switch (c) {
            case '(': return parse_group();
            case '[': return parse_class();
            case '\\': return parse_escape();
            case '^': return assertion(regex_op::at_begin);
            case '$': return assertion(regex_op::at_last);
            default: break;
        }
        byte_set s;
        s.add(static_cast<unsigned char>(c == '.' ? '\n' : c));
        if (c == '.') s.invert();
        return one_of(s);
    }

    constexpr item parse_group() {
        if (take('?')) parse_extension();
        if (++depth_ > 100) fail(regex_error::too_large);
        if (ok()) parse_alternatives();
        --depth_;
        if (ok() && !take(')')) fail(regex_error::group_not_closed);
        return item::repeatable;
    }
    /// (?:...) and (?P<name>...); the rest looks around, changes flags or refers back.
    constexpr void parse_extension() {
        if (take(':')) return;
        if (!take('P') || !take('<')) return fail(regex_error::not_supported);
        const std::size_t begin = at_;
        while (is_word(peek())) ++at_;
        if (at_ == begin || (text_[begin] >= '0' && text_[begin] <= '9') || !take('>'))
            fail(regex_error::not_supported);
    }

    /// \d \w \s and their complements; returns false for other letters.
    static constexpr bool category(char c, byte_set& s) {
        byte_set r;
        switch (c) {
            case 'd':
            case 'D': r.add('0', '9'); break;
            case 'w':
            case 'W':
                r.add('0', '9');
                r.add('a', 'z');
                r.add('A', 'Z');
                r.add('_');
                break;
            case 's':
            case 'S':
                r.add('\t', '\r');
                r.add(0x1c, 0x1f);
                r.add(' ');
                break;
            default: return false;
        }
        if (c < 'a') r.invert();
        s.add(r);
        return true;
    }
    /// One byte after a backslash: punctuation stands for itself; a t n r f v x as in Python.
    constexpr char parse_escaped_byte() {
        const char c = text_[at_++];
        switch (c) {
            case 'a': return '\a';
            case 't': return '\t';
            case 'n': return '\n';
            case 'r': return '\r';
            case 'f': return '\f';
            case 'v': return '\v';
            case 'x': {
                const int high = parse_hex();
                return static_cast<char>(16 * high + parse_hex());
            }
            default: break;
        }
        if (c >= '0' && c <= '9') fail(regex_error::not_supported);
        if (is_word(c) && c != '_') fail(regex_error::bad_escape);
        return c;
    }
    constexpr int parse_hex() {
        const char c = peek();
        const bool letter = (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (!letter && !(c >= '0' && c <= '9')) {
            fail(regex_error::bad_escape);
            return 0;
        }
        ++at_;
        return letter ? (c | 32) - 'a' + 10 : c - '0';
    }

    constexpr item parse_escape() {
        byte_set s;
        if (!more()) {
            fail(regex_error::bad_escape);
            return one_of(s);
        }
        regex_op op = regex_op::byte;
        switch (peek()) {
            case 'A': op = regex_op::at_begin; break;
            case 'Z': op = regex_op::at_end; break;
            case 'b': op = regex_op::word_boundary; break;
            case 'B': op = regex_op::not_word_boundary; break;
            default: break;
        }
        if (op != regex_op::byte) {
            ++at_;
            return assertion(op);
        }
        if (category(peek(), s))
            ++at_;
        else
            s.add(static_cast<unsigned char>(parse_escaped_byte()));
        return one_of(s);
    }

    /// One member of a class. Returns false for a category such as \d, which is added to `s` and cannot begin a range.
    constexpr bool parse_member(byte_set& s, char& c) {
        c = text_[at_++];
        if (c != '\\') return true;
        if (!more()) {
            fail(regex_error::bad_escape);
            return true;
        }
        if (category(peek(), s)) {
            ++at_;
            return false;
        }
        c = take('b') ? '\b' : parse_escaped_byte();
        return true;
    }
    constexpr item parse_class() {
        const std::size_t begin = at_;
        byte_set s;
        const bool inverted = take('^');
        for (bool first = true; ok(); first = false) {
            if (!more()) {
                at_ = begin;
                fail(regex_error::class_not_closed);
                break;
            }
            if (!first && take(']')) break;
            parse_class_range(s);
        }
        if (inverted) s.invert();
        return one_of(s);
    }
    constexpr void parse_class_range(byte_set& s) {
        char low = 0, high = 0;
        const bool single = parse_member(s, low);
        const bool range = peek() == '-' && at_ + 1 < text_.size() && text_[at_ + 1] != ']';
        if (!range) {
            if (single) s.add(static_cast<unsigned char>(low));
            return;
        }
        ++at_;
        const bool to_single = parse_member(s, high);
        if (!ok()) return;
        const auto a = static_cast<unsigned char>(low), z = static_cast<unsigned char>(high);
        if (!single || !to_single || a > z) return fail(regex_error::bad_range);
        s.add(a, z);
    }
};

}  // namespace detail

QUANTYPE_END_NAMESPACE
