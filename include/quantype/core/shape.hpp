// SPDX-License-Identifier: BSL-1.0
// The extents of a tensor, outermost first (N, C, H, W). A structural type: usable as a template argument.
#pragma once
#include <cstdint>

#include <quantype/version.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Largest number of dimensions a tensor may have.
inline constexpr int max_rank = 6;

/// Extents in logical order; `dims[i]` for i >= rank is 0. A scalar has rank 0 and one element.
struct shape {
    int rank = 0;
    std::int32_t dims[max_rank] = {};

    constexpr shape() = default;
    template <class... D>
        requires(sizeof...(D) > 0 && sizeof...(D) <= max_rank)
    constexpr explicit shape(D... d) : rank(static_cast<int>(sizeof...(D))), dims{static_cast<std::int32_t>(d)...} {}

    constexpr std::int32_t operator[](int i) const { return dims[i < 0 ? i + rank : i]; }
    constexpr std::int32_t& operator[](int i) { return dims[i < 0 ? i + rank : i]; }

    /// Number of elements.
    constexpr std::int64_t count() const {
        std::int64_t n = 1;
        for (int i = 0; i < rank && i < max_rank; ++i) n *= dims[i];  // the second bound is for GCC 12's array checks
        return n;
    }
    constexpr bool operator==(const shape&) const = default;
};

QUANTYPE_END_NAMESPACE
