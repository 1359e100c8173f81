// SPDX-License-Identifier: BSL-1.0
// Facts that appear in compile errors. A refusal is a class template with one static_assert: the sentence stands in the
// assertion, the facts in the template's arguments, which every compiler prints beside it.
#pragma once
#include <cstddef>
#include <string_view>

#include <quantype/core/dtype.hpp>
#include <quantype/core/fixed_string.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace fail {

/// Where: a module path ("layer1.0.conv1"), cut into pieces of 30 characters because Clang prints no more of a string.
template <fixed_string... Path>
struct at {};
/// What was found, and what would have been right.
template <long long Value>
struct have {};
template <long long Value>
struct need {};

template <dtype Type>
struct have_dtype {};
template <dtype Type>
struct need_dtype {};

/// A real number as a template argument.
struct real {
    double value;
};
template <real Value>
struct have_real {};
template <real Value>
struct need_real {};

namespace detail {

template <class Text, std::size_t Begin, std::size_t Length>
constexpr auto piece() {
    fixed_string<Length + 1> s;
    for (std::size_t i = 0; i < Length; ++i) s.text[i] = Text::text()[Begin + i];
    s.text[Length] = '\0';  // written, not left to the initializer: else Clang prints numbers at lengths 8 and 16
    return s;
}

template <class Text, std::size_t Length = Text::text().size()>
constexpr auto pieces() {
    if constexpr (Length <= 30)
        return at<piece<Text, 0, Length>()>{};
    else if constexpr (Length <= 60)
        return at<piece<Text, 0, 30>(), piece<Text, 30, Length - 30>()>{};
    else if constexpr (Length <= 90)
        return at<piece<Text, 0, 30>(), piece<Text, 30, 30>(), piece<Text, 60, Length - 60>()>{};
    else
        return at<piece<Text, 0, 30>(), piece<Text, 30, 30>(), piece<Text, 60, 30>()>{};
}

}  // namespace detail

/// `at<...>` for the string that `Text::text()` returns.
template <class Text>
using at_text = decltype(detail::pieces<Text>());

}  // namespace fail

QUANTYPE_END_NAMESPACE
