// SPDX-License-Identifier: BSL-1.0
// Weights in the order the tiles read them: [depth / 4][lanes][4] for each block of output channels. Packed into a
// local buffer at each call; a layout that is packed once, at conversion, can take its place.
#pragma once
#include <quantype/kernel/simd/dot4.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd::detail {

/// rows x depth times depth x columns.
struct gemm_shape {
    int rows = 1;
    int depth = 1;
    int columns = 1;
    bool weight_zero_point = false;
    bool weights_consecutive = true;  ///< along the depth

    /// Groups of four along the depth, the last one filled up with zeros.
    constexpr int groups() const { return (depth + 3) / 4; }
};

/// Output channels that a tile works on at once, in blocks of `lanes`: two where the packed weights stay small.
template <class Arch>
constexpr int blocks_of(const gemm_shape& s) {
    return s.columns > lanes<Arch> && 2 * s.groups() * width<Arch> <= 65536 ? 2 : 1;
}

/// Weight (n, k) is data[n * column + k * step].
template <class Weight>
struct weight_view {
    const Weight* data;
    std::ptrdiff_t column;
    std::ptrdiff_t step;
};

/// Codes are brought to u8 (activations) and s8 (weights) by turning their top bit, which moves the zero point by 128.
template <class In>
inline constexpr int input_shift = lowest_code<In> < 0 ? 128 : 0;
template <class Weight>
inline constexpr int weight_shift = lowest_code<Weight> < 0 ? 0 : -128;

/// Columns first .. first + count - 1 into `out`, their sums over the depth (s8 form) into `sums`. Lanes beyond `count`
/// and the last group's missing entries are 0.
template <class Arch, int Blocks, class Weight>
QUANTYPE_SIMD_INLINE void pack(const weight_view<Weight>& w, int first, int count, int depth, std::uint8_t* out,
                               std::uint32_t* sums) {
    constexpr int columns = Blocks * lanes<Arch>;
    constexpr unsigned flip = weight_shift<Weight> != 0 ? 0x80U : 0U;
    for (int c = 0; c < columns; ++c) {
        sums[c] = 0;
        for (int k = 0; k < (depth + 3) / 4 * 4; ++k) {
            unsigned byte = 0;
            if (c < count && k < depth)
                byte = static_cast<std::uint8_t>(w.data[(first + c) * w.column + k * w.step]) ^ flip;
            out[(k / 4 * columns + c) * 4 + k % 4] = static_cast<std::uint8_t>(byte);
            sums[c] += byte - (byte << 1U & 0x100U);  // as s8
        }
    }
}

}  // namespace kernel::simd::detail

QUANTYPE_END_NAMESPACE
#endif
