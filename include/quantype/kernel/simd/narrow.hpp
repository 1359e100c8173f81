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

/// Rounded int32 to codes: adds the zero point, keeps to the range of Code and to the lower bound (on AArch64 also to
/// the upper one). Saturation on the way does not change a result: a zero point is a code, and so are the bounds.
template <class Arch, class Code>
struct byte_target {
    ints<Arch> zero_point;
    ints<Arch> low;

    QUANTYPE_SIMD_INLINE byte_target(std::int32_t z, std::int32_t lo, std::int32_t) : zero_point(z), low(lo) {}
    QUANTYPE_SIMD_INLINE bytes<Arch> narrow(const ints<Arch>& a, const ints<Arch>& b, const ints<Arch>& c,
                                            const ints<Arch>& d) const {
        const ints<Arch> most(1 << 30), least(-(1 << 30));
        const auto code = [&](const ints<Arch>& x) __attribute__((always_inline)) {
            return xsimd::max(xsimd::min(xsimd::max(x, least), most) + zero_point, low);
        };
        return detail::narrow<Code, Arch>(code(a), code(b), code(c), code(d));
    }
};

#if defined(__SSE2__)
template <class Code>
struct byte_target<xsimd::sse2, Code> {
    __m128i zero_point;
    __m128i low;

    QUANTYPE_SIMD_INLINE byte_target(std::int32_t z, std::int32_t lo, std::int32_t)
        : zero_point(_mm_set1_epi16(static_cast<short>(z))), low(_mm_set1_epi16(static_cast<short>(lo))) {}
    QUANTYPE_SIMD_INLINE bytes<xsimd::sse2> narrow(__m128i a, __m128i b, __m128i c, __m128i d) const {
        const __m128i first = _mm_max_epi16(_mm_adds_epi16(_mm_packs_epi32(a, b), zero_point), low);
        const __m128i second = _mm_max_epi16(_mm_adds_epi16(_mm_packs_epi32(c, d), zero_point), low);
        return bytes<xsimd::sse2>(lowest_code<Code> < 0 ? _mm_packs_epi16(first, second)
                                                        : _mm_packus_epi16(first, second));
    }
};
#endif
#if defined(__AVX2__)
template <class Code>
struct byte_target<xsimd::avx2, Code> {
    __m256i zero_point;
    __m256i low;

    QUANTYPE_SIMD_INLINE byte_target(std::int32_t z, std::int32_t lo, std::int32_t)
        : zero_point(_mm256_set1_epi16(static_cast<short>(z))), low(_mm256_set1_epi16(static_cast<short>(lo))) {}
    QUANTYPE_SIMD_INLINE bytes<xsimd::avx2> narrow(__m256i a, __m256i b, __m256i c, __m256i d) const {
        const __m256i first = _mm256_max_epi16(_mm256_adds_epi16(_mm256_packs_epi32(a, b), zero_point), low);
        const __m256i second = _mm256_max_epi16(_mm256_adds_epi16(_mm256_packs_epi32(c, d), zero_point), low);
        const __m256i mixed =
            lowest_code<Code> < 0 ? _mm256_packs_epi16(first, second) : _mm256_packus_epi16(first, second);
        return bytes<xsimd::avx2>(_mm256_permutevar8x32_epi32(mixed, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7)));
    }
};
#endif

#if defined(__aarch64__)
template <class Arch, class Code>
    requires std::is_base_of_v<xsimd::neon64, Arch>
struct byte_target<Arch, Code> {
    static constexpr bool is_signed = lowest_code<Code> < 0;
    int16x8_t zero_point;
    uint8x16_t low;
    uint8x16_t high;

    QUANTYPE_SIMD_INLINE byte_target(std::int32_t z, std::int32_t lo, std::int32_t hi)
        : zero_point(vdupq_n_s16(static_cast<std::int16_t>(z))),
          low(vdupq_n_u8(static_cast<std::uint8_t>(lo))),
          high(vdupq_n_u8(static_cast<std::uint8_t>(hi))) {}
    QUANTYPE_SIMD_INLINE bytes<Arch> narrow(int32x4_t a, int32x4_t b, int32x4_t c, int32x4_t d) const {
        const int16x8_t first = vqaddq_s16(vqmovn_high_s32(vqmovn_s32(a), b), zero_point);
        const int16x8_t second = vqaddq_s16(vqmovn_high_s32(vqmovn_s32(c), d), zero_point);
        if constexpr (is_signed) {
            const int8x16_t all = vqmovn_high_s16(vqmovn_s16(first), second);
            const int8x16_t least = vreinterpretq_s8_u8(low), most = vreinterpretq_s8_u8(high);
            return bytes<Arch>(vreinterpretq_u8_s8(vminq_s8(vmaxq_s8(all, least), most)));
        } else {
            return bytes<Arch>(vminq_u8(vmaxq_u8(vqmovun_high_s16(vqmovun_s16(first), second), low), high));
        }
    }
};

/// A number in memory of any type and alignment.
using loose_word = std::uint32_t __attribute__((may_alias, aligned(1)));
using loose_pair = std::uint64_t __attribute__((may_alias, aligned(1)));
#endif

/// Bytes Part * Size .. Part * Size + Size - 1 of a batch to memory.
template <class Arch, int Size, int Part, class Code>
QUANTYPE_SIMD_INLINE void store_part(Code* p, const bytes<Arch>& x) {
    if constexpr (Size == width<Arch>) {
        x.store_unaligned(reinterpret_cast<std::uint8_t*>(p));
#if defined(__aarch64__)
    } else if constexpr (Size == 4) {
        *reinterpret_cast<loose_word*>(p) = vgetq_lane_u32(vreinterpretq_u32_u8(x), Part);
    } else if constexpr (Size == 8) {
        *reinterpret_cast<loose_pair*>(p) = vgetq_lane_u64(vreinterpretq_u64_u8(x), Part);
#endif
    } else {
        alignas(most_alignment) std::uint8_t room[width<Arch>];
        x.store_aligned(room);
        __builtin_memcpy(p, room + Part * Size, static_cast<std::size_t>(Size));
    }
}
/// The same, of which only the first `count` exist, fewer than Size.
template <class Arch, int Size, int Part, class Code>
QUANTYPE_SIMD_INLINE void store_some(Code* p, const bytes<Arch>& x, int count) {
#if defined(__aarch64__)  // no call: it would cost the loop around it its registers
    std::uint64_t left = vgetq_lane_u64(vreinterpretq_u64_u8(x), Size > 8 ? 0 : Part * Size / 8) >> Part * Size % 8 * 8;
    if (Size > 8 && count & 8) {
        __builtin_memcpy(p, &left, 8);
        left = vgetq_lane_u64(vreinterpretq_u64_u8(x), 1);
        p += 8;
    }
    unroll<3>([&](auto i) __attribute__((always_inline)) {
        constexpr int size = 4 >> i();
        if (size >= Size || !(count & size)) return;
        __builtin_memcpy(p, &left, size);
        left >>= 8 * size;
        p += size;
    });
#else
    alignas(most_alignment) std::uint8_t room[width<Arch>];
    x.store_aligned(room);
    __builtin_memcpy(p, room + Part * Size, static_cast<std::size_t>(count));
#endif
}

}  // namespace kernel::simd::detail

QUANTYPE_END_NAMESPACE
#endif
