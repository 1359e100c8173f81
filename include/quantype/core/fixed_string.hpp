// SPDX-License-Identifier: BSL-1.0
// A string that can be a template argument.
#pragma once
#include <cstddef>
#include <string_view>

#include <quantype/version.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Characters of a string literal, as a structural value: `backend_config<"my_backend">()`.
template <std::size_t N>
struct fixed_string {
    char text[N]{};
    constexpr fixed_string() = default;
    constexpr fixed_string(const char (&literal)[N]) {
        for (std::size_t i = 0; i < N; ++i) text[i] = literal[i];
    }
    constexpr std::string_view view() const { return {text, N - 1}; }
};

QUANTYPE_END_NAMESPACE
