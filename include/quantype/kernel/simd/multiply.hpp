// SPDX-License-Identifier: BSL-1.0
// Thin primitive of each arch: how products of activations and weights are summed up in 32-bit lanes. `exact` holds for
// all codes; what an arch multiplies with decides which form activations are read in and how weights are grouped.
#pragma once
#include <quantype/kernel/simd/dot4.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd::detail {

/// One form of multiplying. Members:
///   element     what an activation is read as; codes are widened or flipped to it where it is not their own type
///   group       depths that one step sums up
///   vector      a register of `lanes` columns times `group` weights
///   weights(p)  loads lanes * group bytes of packed weights
///   row(x)      broadcasts `group` activations
///   lanes_of(x) loads `group` activations of each lane
///   add(acc, x, w)  acc + the sum over the group, in wrapping int32
///   in_pairs    true when sums of two products have 16 bits, so that the weights must be proven to fit
///   copy<Shift>(from, count, to)  reads codes as elements, each plus Shift
/// One whose accumulators are not rows times vectors has, instead of those from `vector` to `add`,
///   sums_of_vector         accumulators for a row of a vector
///   tile<Rows, Vectors>()  the sums of a whole tile
/// Four codes u8 times s8.
template <class Arch>
struct bytes_by_four {
    using element = std::uint8_t;
    using vector = bytes<Arch>;
    static constexpr int group = 4;
    static constexpr bool in_pairs = false;

    static QUANTYPE_SIMD_INLINE vector weights(const std::int8_t* p) {
        return vector::load_aligned(reinterpret_cast<const std::uint8_t*>(p));
    }
    static QUANTYPE_SIMD_INLINE vector row(const element* x) {
        std::uint32_t four = 0;
        __builtin_memcpy(&four, x, 4);
        return bits<std::uint8_t>(xsimd::batch<std::uint32_t, Arch>(four));
    }
    static QUANTYPE_SIMD_INLINE vector lanes_of(const element* x) { return vector::load_aligned(x); }
    template <int Shift, class In>
    static QUANTYPE_SIMD_INLINE void copy(const In* from, int count, element* to) {
        for (int i = 0; i < count; ++i) to[i] = static_cast<element>(from[i] + Shift);
    }
    template <class In>
    static QUANTYPE_SIMD_INLINE void interleave(const In* const (&rows)[4], int count, element* to) {
        for (int i = 0; i < count; ++i)
            for (int r = 0; r < 4; ++r) *to++ = static_cast<element>(rows[r][i] + (lowest_code<In> < 0 ? 128 : 0));
    }
};

/// What the arch multiplies exactly for all codes; the generic form.
template <class Arch>
struct exact : bytes_by_four<Arch> {
    using typename bytes_by_four<Arch>::vector;
    static QUANTYPE_SIMD_INLINE ints<Arch> add(const ints<Arch>& acc, const vector& x, const vector& w) {
        return dot4<Arch>(acc, x, w);
    }
};

/// The same where every lane has an activation of its own, for depthwise convolutions.
template <class Arch>
struct exact_lanes : exact<Arch> {};

#if defined(__SSE2__)
/// pmaddwd: pairs of 16-bit numbers. Activations are widened once for all columns, weights as they are loaded.
template <class Arch>
struct exact_pairs {
    using element = std::int16_t;
    using vector = xsimd::batch<std::int16_t, Arch>;
    static constexpr int group = 2;
    static constexpr bool in_pairs = false;

    static QUANTYPE_SIMD_INLINE vector row(const element* x) {
        std::int32_t two = 0;
        __builtin_memcpy(&two, x, 4);
        return bits<std::int16_t>(ints<Arch>(two));
    }
    static QUANTYPE_SIMD_INLINE vector lanes_of(const element* x) { return vector::load_aligned(x); }

    /// `count` codes, widened.
    template <int Shift, class In>
    static QUANTYPE_SIMD_INLINE void copy(const In* from, int count, element* to) {
        static_assert(Shift == 0);
        int i = 0;
        for (; i + 16 <= count; i += 16) widen<In>(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from + i)), to + i);
        for (; i < count; ++i) to[i] = from[i];
    }
    /// Codes of two rows by turns, widened: `count` of each.
    template <class In>
    static QUANTYPE_SIMD_INLINE void interleave(const In* const (&rows)[2], int count, element* to) {
        int i = 0;
        for (; i + 16 <= count; i += 16, to += 32) {
            const __m128i a = _mm_loadu_si128(reinterpret_cast<const __m128i*>(rows[0] + i));
            const __m128i b = _mm_loadu_si128(reinterpret_cast<const __m128i*>(rows[1] + i));
            widen<In>(_mm_unpacklo_epi8(a, b), to);
            widen<In>(_mm_unpackhi_epi8(a, b), to + 16);
        }
        if (i + 8 <= count) {
            const __m128i a = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(rows[0] + i));
            const __m128i b = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(rows[1] + i));
            widen<In>(_mm_unpacklo_epi8(a, b), to);
            i += 8;
            to += 16;
        }
        for (; i < count; ++i, to += 2) {
            to[0] = rows[0][i];
            to[1] = rows[1][i];
        }
    }

private:
    template <class In>
    static QUANTYPE_SIMD_INLINE void widen(__m128i x, element* to) {
#if defined(__AVX2__)
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to),
                            lowest_code<In> < 0 ? _mm256_cvtepi8_epi16(x) : _mm256_cvtepu8_epi16(x));
#else
        const __m128i above = lowest_code<In> < 0 ? _mm_cmpgt_epi8(_mm_setzero_si128(), x) : _mm_setzero_si128();
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm_unpacklo_epi8(x, above));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to + 8), _mm_unpackhi_epi8(x, above));
#endif
    }
};

template <>
struct exact<xsimd::sse2> : exact_pairs<xsimd::sse2> {
    static QUANTYPE_SIMD_INLINE vector weights(const std::int8_t* p) {
        const __m128i w = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p));
        return vector(_mm_srai_epi16(_mm_unpacklo_epi8(w, w), 8));
    }
    static QUANTYPE_SIMD_INLINE ints<xsimd::sse2> add(const ints<xsimd::sse2>& acc, const vector& x, const vector& w) {
        return ints<xsimd::sse2>(_mm_add_epi32(acc, _mm_madd_epi16(x, w)));
    }
};
#endif
#if defined(__SSE4_1__)
template <>
struct exact<xsimd::sse4_1> : exact_pairs<xsimd::sse4_1> {
    static QUANTYPE_SIMD_INLINE vector weights(const std::int8_t* p) {
        return vector(_mm_cvtepi8_epi16(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p))));
    }
    static QUANTYPE_SIMD_INLINE ints<xsimd::sse4_1> add(const ints<xsimd::sse4_1>& acc, const vector& x,
                                                        const vector& w) {
        return ints<xsimd::sse4_1>(_mm_add_epi32(acc, _mm_madd_epi16(x, w)));
    }
};
#endif
#if defined(__AVX2__)
template <>
struct exact<xsimd::avx2> : exact_pairs<xsimd::avx2> {
    static QUANTYPE_SIMD_INLINE vector weights(const std::int8_t* p) {
        return vector(_mm256_cvtepi8_epi16(_mm_load_si128(reinterpret_cast<const __m128i*>(p))));
    }
    static QUANTYPE_SIMD_INLINE ints<xsimd::avx2> add(const ints<xsimd::avx2>& acc, const vector& x, const vector& w) {
        return ints<xsimd::avx2>(_mm256_add_epi32(acc, _mm256_madd_epi16(x, w)));
    }
};
#endif
#if defined(__AVX512BW__)
template <>
struct exact<xsimd::avx512bw> : exact_pairs<xsimd::avx512bw> {
    static QUANTYPE_SIMD_INLINE vector weights(const std::int8_t* p) {
        return vector(_mm512_cvtepi8_epi16(_mm256_load_si256(reinterpret_cast<const __m256i*>(p))));
    }
    static QUANTYPE_SIMD_INLINE ints<xsimd::avx512bw> add(const ints<xsimd::avx512bw>& acc, const vector& x,
                                                          const vector& w) {
        return ints<xsimd::avx512bw>(_mm512_add_epi32(acc, _mm512_madd_epi16(x, w)));
    }
};
#endif

/// What Multiply adds to each code: bytes of the other sign are flipped.
template <class Multiply>
constexpr std::int32_t element_shift(bool is_signed) {
    using element = typename Multiply::element;
    if (sizeof(element) != 1 || is_signed == std::is_signed_v<element>) return 0;
    return is_signed ? 128 : -128;
}

/// What Multiply adds, besides, to each code in the upper half of a group of depths.
template <class Multiply>
constexpr std::int32_t upper_shift() {
    if constexpr (requires { Multiply::upper_shift; }) return Multiply::upper_shift;
    return 0;
}

/// The form of Multiply for rows that are staged for its tiles alone; its own where there is no other.
template <class Multiply>
struct together_of {
    using type = Multiply;
    static constexpr bool value = false;
};
template <class Multiply>
    requires requires { typename Multiply::rows_together; }
struct together_of<Multiply> {
    using type = typename Multiply::rows_together;
    static constexpr bool value = true;
};

#if defined(__AVXVNNI__)
/// vpdpbusd. The empty statement keeps the sum in its register: without it GCC spills every tile.
template <>
struct exact<avxvnni> : bytes_by_four<avxvnni> {
    static QUANTYPE_SIMD_INLINE ints<avxvnni> add(const ints<avxvnni>& acc, const vector& x, const vector& w) {
        __m256i sum = _mm256_dpbusd_avx_epi32(acc, x, w);
        __asm__("" : "+x"(sum));
        return ints<avxvnni>(sum);
    }
};
#endif
#if defined(__AVX512VNNI__) && defined(__AVX512BW__)
template <>
struct exact<avx512vnni> : bytes_by_four<avx512vnni> {
    static QUANTYPE_SIMD_INLINE ints<avx512vnni> add(const ints<avx512vnni>& acc, const vector& x, const vector& w) {
        __m512i sum = _mm512_dpbusd_epi32(acc, x, w);
#if !defined(QUANTYPE_EMULATED_VECTORS)
        __asm__("" : "+v"(sum));
#endif
        return ints<avx512vnni>(sum);
    }
};
#endif

/// vpmaddubsw sums up two products u8 * s8 in 16 bits, saturating; vpmaddwd then two of these sums. Exact where
/// weight_layout::pairs_fit says so.
template <class Arch>
struct byte_pairs : bytes_by_four<Arch> {
    using typename bytes_by_four<Arch>::vector;
    static constexpr bool in_pairs = true;
    static QUANTYPE_SIMD_INLINE ints<Arch> add(const ints<Arch>& acc, const vector& x, const vector& w) {
        return ints<Arch>(add_on(acc, x, w));
    }

private:
#if defined(__SSE4_1__)
    static QUANTYPE_SIMD_INLINE __m128i add_on(__m128i acc, __m128i x, __m128i w) {
        return _mm_add_epi32(acc, _mm_madd_epi16(_mm_maddubs_epi16(x, w), _mm_set1_epi16(1)));
    }
#endif
#if defined(__AVX2__)
    static QUANTYPE_SIMD_INLINE __m256i add_on(__m256i acc, __m256i x, __m256i w) {
        return _mm256_add_epi32(acc, _mm256_madd_epi16(_mm256_maddubs_epi16(x, w), _mm256_set1_epi16(1)));
    }
#endif
#if defined(__AVX512BW__)
    static QUANTYPE_SIMD_INLINE __m512i add_on(__m512i acc, __m512i x, __m512i w) {
        return _mm512_add_epi32(acc, _mm512_madd_epi16(_mm512_maddubs_epi16(x, w), _mm512_set1_epi16(1)));
    }
#endif
};

/// Levels on which byte_pairs is there and faster than `exact`.
template <class Arch>
inline constexpr bool has_byte_pairs = false;
#if defined(__SSE4_1__)
template <>
inline constexpr bool has_byte_pairs<xsimd::sse4_1> = true;
#endif
#if defined(__AVX2__)
template <>
inline constexpr bool has_byte_pairs<xsimd::avx2> = true;
#endif
#if defined(__AVX512BW__)
template <>
inline constexpr bool has_byte_pairs<xsimd::avx512bw> = true;
#endif

/// `count` codes as elements, then zeros up to a multiple of the group.
template <class Multiply, int Shift, class In>
QUANTYPE_SIMD_INLINE void to_elements(const In* from, int count, typename Multiply::element* to) {
    Multiply::template copy<Shift>(from, count, to);
    for (int k = count; k % Multiply::group != 0; ++k) to[k] = 0;
}

}  // namespace kernel::simd::detail

QUANTYPE_END_NAMESPACE
#endif
