// SPDX-License-Identifier: BSL-1.0
// A compiled regular expression: a list of instructions, and running it over a text in time proportional to
// (length of the text) * (length of the program), whatever the expression. Works in constant expressions.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <quantype/version.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// A set of bytes.
struct byte_set {
    std::uint64_t words[4]{};

    constexpr void add(unsigned char c) { words[c >> 6] |= std::uint64_t{1} << (c & 63); }
    constexpr void add(unsigned char first, unsigned char last) {
        for (unsigned c = first; c <= last; ++c) add(static_cast<unsigned char>(c));
    }
    constexpr void add(const byte_set& other) {
        for (int i = 0; i < 4; ++i) words[i] |= other.words[i];
    }
    constexpr void invert() {
        for (std::uint64_t& w : words) w = ~w;
    }
    constexpr bool has(char c) const {
        const auto u = static_cast<unsigned char>(c);
        return ((words[u >> 6] >> (u & 63)) & 1) != 0;
    }
};

enum class regex_op : std::uint8_t {
    byte,               ///< one byte of `set`
    split,              ///< go on at `next` and at `other`, both relative to this instruction
    jump,               ///< go on at `next`
    at_begin,           ///< ^ \A
    at_end,             ///< \Z
    at_last,            ///< $: at the end, or before a newline that ends the text
    word_boundary,      ///< \b
    not_word_boundary,  ///< \B; holds in an empty text, as in Python from 3.14 on
    accept,
};

struct regex_step {
    regex_op op = regex_op::accept;
    int next = 1;
    int other = 0;
    byte_set set{};
};

constexpr bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

constexpr bool assertion_holds(regex_op op, std::string_view text, std::size_t at) {
    const bool before = at > 0 && is_word(text[at - 1]);
    const bool after = at < text.size() && is_word(text[at]);
    switch (op) {
        case regex_op::at_begin: return at == 0;
        case regex_op::at_end: return at == text.size();
        case regex_op::at_last: return at == text.size() || (at + 1 == text.size() && text[at] == '\n');
        case regex_op::word_boundary: return before != after;
        case regex_op::not_word_boundary: return before == after;
        default: return true;
    }
}

/// The instructions that wait for a byte, all at once: each at most one time, so nothing blows up.
template <class Numbers>
struct regex_states {
    Numbers waiting{};
    Numbers seen{};
    int count = 0;
};

/// Follows everything that needs no byte from instruction `at`. Returns true when the program accepts.
template <class Numbers>
constexpr bool follow(const regex_step* program, regex_states<Numbers>& s, Numbers& stack, int start,
                      std::string_view text, std::size_t at) {
    int top = 0;
    stack[0] = start;
    s.seen[start] = 1;
    while (top >= 0) {
        const int i = stack[top--];
        const regex_step& step = program[i];
        if (step.op == regex_op::accept) return true;
        if (step.op == regex_op::byte) {
            s.waiting[s.count++] = i;
            continue;
        }
        if (!assertion_holds(step.op, text, at)) continue;
        const int targets[] = {i + step.other, i + step.next};
        for (int k = step.op == regex_op::split ? 0 : 1; k < 2; ++k)
            if (s.seen[targets[k]] == 0) {
                s.seen[targets[k]] = 1;
                stack[++top] = targets[k];
            }
    }
    return false;
}

/// True when the program matches a beginning of the text (Python's re.match). `Numbers`: zeroed array of ints, as long
/// as the program.
template <class Numbers>
constexpr bool run_regex(const regex_step* program, std::string_view text, const Numbers& zeros) {
    regex_states<Numbers> now{zeros, zeros, 0};
    Numbers stack = zeros;
    if (follow(program, now, stack, 0, text, 0)) return true;
    for (std::size_t at = 0; at < text.size() && now.count > 0; ++at) {
        regex_states<Numbers> then{zeros, zeros, 0};
        for (int k = 0; k < now.count; ++k) {
            const int i = now.waiting[k];
            if (program[i].set.has(text[at]) && then.seen[i + 1] == 0 &&
                follow(program, then, stack, i + 1, text, at + 1))
                return true;
        }
        now = then;
    }
    return false;
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
