// SPDX-License-Identifier: BSL-1.0
// Three rows of codes, one a channel, to pixels of three channels: what a colour image needs at the model's border.
#pragma once
#include <quantype/kernel/simd/batch.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd::detail {

#if defined(__SSE4_1__)
/// Bytes of channel C in bytes 16 * Part ... 16 * Part + 15 of 16 pixels: each from its place in a row of 16, or zero.
template <int C, int Part>
QUANTYPE_SIMD_INLINE __m128i spread(__m128i row) {
    const auto from = [](int i) __attribute__((always_inline)) {
        const int byte = 16 * Part + i;
        return static_cast<char>(byte % 3 == C ? byte / 3 : -1);
    };
    return _mm_shuffle_epi8(
        row, _mm_setr_epi8(from(0), from(1), from(2), from(3), from(4), from(5), from(6), from(7), from(8), from(9),
                           from(10), from(11), from(12), from(13), from(14), from(15)));
}
template <int Part>
QUANTYPE_SIMD_INLINE void store_part_of_pixels(__m128i a, __m128i b, __m128i c, std::uint8_t* to) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + 16 * Part),
                     _mm_or_si128(_mm_or_si128(spread<0, Part>(a), spread<1, Part>(b)), spread<2, Part>(c)));
}
#endif

/// to[3 * i + c] = rows[c * count + i] for i < count.
QUANTYPE_SIMD_INLINE void interleave_three(const std::uint8_t* rows, std::ptrdiff_t count, std::uint8_t* to) {
    std::ptrdiff_t i = 0;
#if defined(__SSE4_1__)
    for (; i + 16 <= count; i += 16) {
        const auto row = [&](int c) __attribute__((always_inline)) {
            return _mm_loadu_si128(reinterpret_cast<const __m128i*>(rows + c * count + i));
        };
        const __m128i a = row(0), b = row(1), c = row(2);
        store_part_of_pixels<0>(a, b, c, to + 3 * i);
        store_part_of_pixels<1>(a, b, c, to + 3 * i);
        store_part_of_pixels<2>(a, b, c, to + 3 * i);
    }
#elif defined(__aarch64__)
    for (; i + 16 <= count; i += 16) {
        const uint8x16x3_t three{{vld1q_u8(rows + i), vld1q_u8(rows + count + i), vld1q_u8(rows + 2 * count + i)}};
        vst3q_u8(to + 3 * i, three);  // a macro in clang 16
    }
#endif
    for (; i < count; ++i)
        for (int c = 0; c < 3; ++c) to[3 * i + c] = rows[c * count + i];
}

}  // namespace kernel::simd::detail

QUANTYPE_END_NAMESPACE
#endif
