// SPDX-License-Identifier: BSL-1.0
// Thin primitive of each arch: sums of four products u8 * s8 in each 32-bit lane. Exact for all codes: the 8-bit
// multiply of SSSE3/AVX2 saturates at int16 and is not used; bytes are widened to 16 bits first.
#pragma once
#include <quantype/kernel/simd/batch.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd::detail {

/// The generic version, for any arch of xsimd.
template <class Arch>
QUANTYPE_SIMD_INLINE ints<Arch> dot4_generic(const ints<Arch>& acc, const bytes<Arch>& x, const bytes<Arch>& w) {
    const quads<Arch> a = split<std::uint8_t, Arch>(x);
    const quads<Arch> b = split<std::int8_t, Arch>(w);
    ints<Arch> sum = acc;
    for (int j = 0; j < 4; ++j) sum += mul32<Arch>(a.part[j], b.part[j]);
    return sum;
}

template <class Arch>
QUANTYPE_SIMD_INLINE ints<Arch> dot4_on(const ints<Arch>& acc, const bytes<Arch>& x, const bytes<Arch>& w,
                                        const void*) {
    return dot4_generic<Arch>(acc, x, w);
}

// Even and odd bytes as 16-bit numbers; vpmaddwd then adds products 0 + 2 and 1 + 3.
#if defined(__SSE2__)
template <class Arch>
QUANTYPE_SIMD_INLINE ints<Arch> dot4_on(const ints<Arch>& acc, const bytes<Arch>& x, const bytes<Arch>& w,
                                        const xsimd::sse2*) {
    const __m128i even = _mm_madd_epi16(_mm_and_si128(x, _mm_set1_epi16(255)), _mm_srai_epi16(_mm_slli_epi16(w, 8), 8));
    const __m128i odd = _mm_madd_epi16(_mm_srli_epi16(x, 8), _mm_srai_epi16(w, 8));
    return ints<Arch>(_mm_add_epi32(acc, _mm_add_epi32(even, odd)));
}
#endif
#if defined(__AVX2__)
template <class Arch>
QUANTYPE_SIMD_INLINE ints<Arch> dot4_on(const ints<Arch>& acc, const bytes<Arch>& x, const bytes<Arch>& w,
                                        const xsimd::avx2*) {
    const __m256i even =
        _mm256_madd_epi16(_mm256_and_si256(x, _mm256_set1_epi16(255)), _mm256_srai_epi16(_mm256_slli_epi16(w, 8), 8));
    const __m256i odd = _mm256_madd_epi16(_mm256_srli_epi16(x, 8), _mm256_srai_epi16(w, 8));
    return ints<Arch>(_mm256_add_epi32(acc, _mm256_add_epi32(even, odd)));
}
#endif
#if defined(__AVX512BW__)
template <class Arch>
QUANTYPE_SIMD_INLINE ints<Arch> dot4_on(const ints<Arch>& acc, const bytes<Arch>& x, const bytes<Arch>& w,
                                        const xsimd::avx512bw*) {
    const __m512i even =
        _mm512_madd_epi16(_mm512_and_si512(x, _mm512_set1_epi16(255)), _mm512_srai_epi16(_mm512_slli_epi16(w, 8), 8));
    const __m512i odd = _mm512_madd_epi16(_mm512_srli_epi16(x, 8), _mm512_srai_epi16(w, 8));
    return ints<Arch>(_mm512_add_epi32(acc, _mm512_add_epi32(even, odd)));
}
#endif
#if defined(__aarch64__)
template <class Arch>
QUANTYPE_SIMD_INLINE ints<Arch> dot4_on(const ints<Arch>& acc, const bytes<Arch>& x, const bytes<Arch>& w,
                                        const xsimd::neon64*) {
    const uint8x16_t ux = x;
    const int8x16_t sw = vreinterpretq_s8_u8(w);
    const int16x8_t x_low = vreinterpretq_s16_u16(vmovl_u8(vget_low_u8(ux)));
    const int16x8_t x_high = vreinterpretq_s16_u16(vmovl_u8(vget_high_u8(ux)));
    const int16x8_t w_low = vmovl_s8(vget_low_s8(sw));
    const int16x8_t w_high = vmovl_s8(vget_high_s8(sw));
    const int32x4_t lane0 = vmull_s16(vget_low_s16(x_low), vget_low_s16(w_low));
    const int32x4_t lane1 = vmull_s16(vget_high_s16(x_low), vget_high_s16(w_low));
    const int32x4_t lane2 = vmull_s16(vget_low_s16(x_high), vget_low_s16(w_high));
    const int32x4_t lane3 = vmull_s16(vget_high_s16(x_high), vget_high_s16(w_high));
    return ints<Arch>(vaddq_s32(acc, vpaddq_s32(vpaddq_s32(lane0, lane1), vpaddq_s32(lane2, lane3))));
}
#if defined(__ARM_FEATURE_DOTPROD)
// sdot takes signed bytes: x - 128, and 128 times the weights is added as twice 64 times them.
template <class Arch>
QUANTYPE_SIMD_INLINE ints<Arch> dot4_on(const ints<Arch>& acc, const bytes<Arch>& x, const bytes<Arch>& w,
                                        const dotprod*) {
    const int8x16_t sx = vreinterpretq_s8_u8(veorq_u8(x, vdupq_n_u8(128))), sw = vreinterpretq_s8_u8(w);
    const int32x4_t once = vdotq_s32(vdotq_s32(acc, sx, sw), vdupq_n_s8(64), sw);
    return ints<Arch>(vdotq_s32(once, vdupq_n_s8(64), sw));
}
#endif
#if defined(__ARM_FEATURE_MATMUL_INT8)
template <class Arch>
QUANTYPE_SIMD_INLINE ints<Arch> dot4_on(const ints<Arch>& acc, const bytes<Arch>& x, const bytes<Arch>& w,
                                        const i8mm*) {
    return ints<Arch>(vusdotq_s32(acc, x, vreinterpretq_s8_u8(w)));
}
#endif
#endif

/// Lane i: acc + the sum over j = 0..3 of x[4 * i + j] (unsigned) * w[4 * i + j] (signed), in wrapping int32.
template <class Arch>
QUANTYPE_SIMD_INLINE ints<Arch> dot4(const ints<Arch>& acc, const bytes<Arch>& x, const bytes<Arch>& w) {
    return dot4_on<Arch>(acc, x, w, static_cast<const Arch*>(nullptr));
}

}  // namespace kernel::simd::detail

QUANTYPE_END_NAMESPACE
#endif
