// SPDX-License-Identifier: BSL-1.0
// A value that may be absent (PyTorch's None), as a structural type.
#pragma once
#include <quantype/version.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// `T` or nothing. Unlike std::optional it may be a template argument and costs no header.
template <class T>
struct maybe {
    bool given = false;
    T value{};

    constexpr maybe() = default;
    constexpr maybe(T v) : given(true), value(v) {}
    constexpr explicit operator bool() const { return given; }
    constexpr const T& operator*() const { return value; }
    constexpr bool operator==(const maybe&) const = default;
};

QUANTYPE_END_NAMESPACE
