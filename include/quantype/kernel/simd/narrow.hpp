// SPDX-License-Identifier: BSL-1.0
// Thin primitive of each arch: four batches of int32 to one batch of codes, in order, with saturation.
#pragma once
#include <quantype/kernel/simd/batch.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd::detail {

/// The generic version, for any arch of xsimd.
template <class Code, class Arch>
QUANTYPE_SIMD_INLINE bytes<Arch> narrow_generic(const ints<Arch>& a, const ints<Arch>& b, const ints<Arch>& c,
                                                const ints<Arch>& d) {
    constexpr auto n = static_cast<std::size_t>(lanes<Arch>);
    alignas(most_alignment) std::int32_t wide[4 * n];
    alignas(most_alignment) std::uint8_t room[4 * n];
    a.store_aligned(wide);
    b.store_aligned(wide + n);
    c.store_aligned(wide + 2 * n);
    d.store_aligned(wide + 3 * n);
    for (std::size_t i = 0; i < 4 * n; ++i) {
        const std::int32_t above = wide[i] < lowest_code<Code> ? lowest_code<Code> : wide[i];
        room[i] = static_cast<std::uint8_t>(above > highest_code<Code> ? highest_code<Code> : above);
    }
    return bytes<Arch>::load_aligned(room);
}

template <class Code, class Arch>
QUANTYPE_SIMD_INLINE bytes<Arch> narrow_on(const ints<Arch>& a, const ints<Arch>& b, const ints<Arch>& c,
                                           const ints<Arch>& d, const void*) {
    return narrow_generic<Code, Arch>(a, b, c, d);
}

#if defined(__SSE2__)
template <class Code, class Arch>
QUANTYPE_SIMD_INLINE bytes<Arch> narrow_on(const ints<Arch>& a, const ints<Arch>& b, const ints<Arch>& c,
                                           const ints<Arch>& d, const xsimd::sse2*) {
    const __m128i low = _mm_packs_epi32(a, b);
    const __m128i high = _mm_packs_epi32(c, d);
    return bytes<Arch>(lowest_code<Code> < 0 ? _mm_packs_epi16(low, high) : _mm_packus_epi16(low, high));
}
#endif
#if defined(__AVX2__)
template <class Code, class Arch>
QUANTYPE_SIMD_INLINE bytes<Arch> narrow_on(const ints<Arch>& a, const ints<Arch>& b, const ints<Arch>& c,
                                           const ints<Arch>& d, const xsimd::avx2*) {
    const __m256i low = _mm256_packs_epi32(a, b);
    const __m256i high = _mm256_packs_epi32(c, d);
    const __m256i mixed = lowest_code<Code> < 0 ? _mm256_packs_epi16(low, high) : _mm256_packus_epi16(low, high);
    return bytes<Arch>(_mm256_permutevar8x32_epi32(mixed, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7)));
}
#endif
#if defined(__AVX512BW__)
template <class Code, class Arch>
QUANTYPE_SIMD_INLINE bytes<Arch> narrow_on(const ints<Arch>& a, const ints<Arch>& b, const ints<Arch>& c,
                                           const ints<Arch>& d, const xsimd::avx512bw*) {
    const __m512i low = _mm512_packs_epi32(a, b);
    const __m512i high = _mm512_packs_epi32(c, d);
    const __m512i mixed = lowest_code<Code> < 0 ? _mm512_packs_epi16(low, high) : _mm512_packus_epi16(low, high);
    const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    return bytes<Arch>(_mm512_permutexvar_epi32(order, mixed));
}
#endif
#if defined(__aarch64__)
template <class Code, class Arch>
QUANTYPE_SIMD_INLINE bytes<Arch> narrow_on(const ints<Arch>& a, const ints<Arch>& b, const ints<Arch>& c,
                                           const ints<Arch>& d, const xsimd::neon64*) {
    const int16x8_t low = vcombine_s16(vqmovn_s32(a), vqmovn_s32(b));
    const int16x8_t high = vcombine_s16(vqmovn_s32(c), vqmovn_s32(d));
    if constexpr (lowest_code<Code> < 0)
        return bytes<Arch>(vreinterpretq_u8_s8(vcombine_s8(vqmovn_s16(low), vqmovn_s16(high))));
    else
        return bytes<Arch>(vcombine_u8(vqmovun_s16(low), vqmovun_s16(high)));
}
#endif

/// Byte i of the result is element i of a, b, c, d in a row, moved into the range of Code.
template <class Code, class Arch>
QUANTYPE_SIMD_INLINE bytes<Arch> narrow(const ints<Arch>& a, const ints<Arch>& b, const ints<Arch>& c,
                                        const ints<Arch>& d) {
    return narrow_on<Code, Arch>(a, b, c, d, static_cast<const Arch*>(nullptr));
}

}  // namespace kernel::simd::detail

QUANTYPE_END_NAMESPACE
#endif
