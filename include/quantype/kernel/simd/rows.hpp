// SPDX-License-Identifier: BSL-1.0
// Rows of a matrix product that runs over kernel/simd/gemm.hpp: read in place or copied together, in groups of four.
#pragma once
#include <quantype/kernel/simd/batch.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd::detail {

/// Row m of a matrix; copied where its length is no multiple of four, since a tile reads groups of four.
template <int Depth, class In>
QUANTYPE_SIMD_INLINE const std::uint8_t* plain_row(const In* row, std::uint8_t* room) {
    if constexpr (Depth % 4 == 0) return reinterpret_cast<const std::uint8_t*>(row);
    __builtin_memcpy(room, row, static_cast<std::size_t>(Depth));
    for (int k = Depth; k % 4 != 0; ++k) room[k] = 0;
    return room;
}

/// Fills the bytes from `used` up to a multiple of four.
QUANTYPE_SIMD_INLINE void fill_group(std::uint8_t* room, int used) {
    for (int k = used; k % 4 != 0; ++k) room[k] = 0;
}

/// One pixel's channels of a group, or the zero point.
template <int Depth, class In>
QUANTYPE_SIMD_INLINE void copy_pixel(std::uint8_t* to, const In* pixel, bool present, std::int32_t zero_point) {
    if (present)
        __builtin_memcpy(to, pixel, static_cast<std::size_t>(Depth));
    else
        __builtin_memset(to, static_cast<std::uint8_t>(zero_point), static_cast<std::size_t>(Depth));
}

}  // namespace kernel::simd::detail

QUANTYPE_END_NAMESPACE
#endif
