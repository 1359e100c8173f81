// SPDX-License-Identifier: BSL-1.0
// A pointer with a shape: dense, row-major in logical order (NCHW for images).
#pragma once
#include <quantype/core/shape.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Non-owning view of a dense tensor, row-major in logical order.
template <class T>
struct tensor_view {
    T* data = nullptr;
    shape extents{};

    constexpr std::int64_t count() const { return extents.count(); }
    constexpr T& operator[](std::int64_t i) const { return data[i]; }
    constexpr T* begin() const { return data; }
    constexpr T* end() const { return data + count(); }
    constexpr operator tensor_view<const T>() const { return {data, extents}; }
};

QUANTYPE_END_NAMESPACE
