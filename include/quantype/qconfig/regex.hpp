// SPDX-License-Identifier: BSL-1.0
// Regular expressions for qconfig_mapping::set_module_name_regex, opt-in. `regex<"layer[12]\\..*">` matches as Python's
// re.match does: from the start of the path, not necessarily to its end. A malformed expression is a compile error.
#pragma once
#include <quantype/core/fail.hpp>
#include <quantype/qconfig/regex_parser.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace fail {
template <bool Ok, class Regex, class Character>
struct regex_group_is_not_closed {
    static_assert(Ok, "quantype: regular expression: missing ')': a group is not closed");
};
template <bool Ok, class Regex, class Character>
struct regex_group_is_not_open {
    static_assert(Ok, "quantype: regular expression: ')' without '('");
};
template <bool Ok, class Regex, class Character>
struct regex_class_is_not_closed {
    static_assert(Ok, "quantype: regular expression: missing ']': a character class is not closed");
};
template <bool Ok, class Regex, class Character>
struct regex_range_is_bad {
    static_assert(Ok,
                  "quantype: regular expression: bad character range: it must go from a lower to a higher character");
};
template <bool Ok, class Regex, class Character>
struct regex_has_nothing_to_repeat {
    static_assert(Ok, "quantype: regular expression: nothing to repeat before '*', '+', '?' or '{'");
};
template <bool Ok, class Regex, class Character>
struct regex_repeats_twice {
    static_assert(Ok, "quantype: regular expression: two repetitions in a row; use a group");
};
template <bool Ok, class Regex, class Character>
struct regex_least_above_most {
    static_assert(Ok, "quantype: regular expression: {least,most}: least is greater than most");
};
template <bool Ok, class Regex, class Character>
struct regex_escape_is_unknown {
    static_assert(Ok, "quantype: regular expression: unknown or unfinished escape after '\\'");
};
template <bool Ok, class Regex, class Character>
struct regex_is_not_supported {
    static_assert(Ok,
                  "quantype: regular expression: not supported: look-around, back reference, flag or possessive '+'");
};
template <bool Ok, class Regex, class Character>
struct regex_is_too_large {
    static_assert(Ok, "quantype: regular expression: more than 4096 steps or 100 nested groups");
};
/// Position in the expression, from 0.
template <int Index>
struct character {};
}  // namespace fail

namespace detail {

template <class Text, regex_error Error, int At>
constexpr bool check_regex() {
    using where = fail::at_text<Text>;
    using character = fail::character<At>;
    if constexpr (Error == regex_error::group_not_closed)
        (void)sizeof(fail::regex_group_is_not_closed<false, where, character>);
    if constexpr (Error == regex_error::group_not_open)
        (void)sizeof(fail::regex_group_is_not_open<false, where, character>);
    if constexpr (Error == regex_error::class_not_closed)
        (void)sizeof(fail::regex_class_is_not_closed<false, where, character>);
    if constexpr (Error == regex_error::bad_range) (void)sizeof(fail::regex_range_is_bad<false, where, character>);
    if constexpr (Error == regex_error::nothing_to_repeat)
        (void)sizeof(fail::regex_has_nothing_to_repeat<false, where, character>);
    if constexpr (Error == regex_error::multiple_repeat)
        (void)sizeof(fail::regex_repeats_twice<false, where, character>);
    if constexpr (Error == regex_error::least_above_most)
        (void)sizeof(fail::regex_least_above_most<false, where, character>);
    if constexpr (Error == regex_error::bad_escape)
        (void)sizeof(fail::regex_escape_is_unknown<false, where, character>);
    if constexpr (Error == regex_error::not_supported)
        (void)sizeof(fail::regex_is_not_supported<false, where, character>);
    if constexpr (Error == regex_error::too_large) (void)sizeof(fail::regex_is_too_large<false, where, character>);
    return Error == regex_error::none;
}

struct regex_facts {
    regex_error error;
    int error_at;
    int size;
};
constexpr regex_facts inspect_regex(std::string_view text) {
    const regex_parser p(text);
    return {p.error, p.error_at, p.program.size()};
}

template <int Size>
struct regex_numbers {
    int values[static_cast<std::size_t>(Size)]{};
    constexpr int& operator[](int i) { return values[i]; }
};
template <int Size>
struct regex_program {
    regex_step steps[static_cast<std::size_t>(Size)]{};
    constexpr explicit regex_program(std::string_view text) {
        const regex_parser p(text);
        for (int i = 0; i < Size; ++i) steps[i] = p.program[i];
    }
};

}  // namespace detail

/// A regular expression as a type. Understood: literals, `.`, classes, \d \w \s \b and their complements, \A \Z ^ $,
/// groups (what they capture is ignored), `|`, `* + ? {m,n}`, also lazy. Characters are bytes; \w is ASCII.
template <fixed_string Expression>
struct regex {
    static constexpr std::string_view text() { return Expression.view(); }

    /// True when the expression matches a beginning of the path.
    static constexpr bool matches(std::string_view path) {
        return detail::run_regex(program_.steps, path, detail::regex_numbers<facts_.size>{});
    }
    /// The form that qconfig_mapping stores; the first argument is text().
    static constexpr bool matches(std::string_view, std::string_view path) { return matches(path); }

private:
    static constexpr detail::regex_facts facts_ = detail::inspect_regex(Expression.view());
    static_assert(detail::check_regex<regex, facts_.error, facts_.error_at>());
    static constexpr detail::regex_program<facts_.size> program_{Expression.view()};
};

QUANTYPE_END_NAMESPACE
