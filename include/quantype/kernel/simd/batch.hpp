// SPDX-License-Identifier: BSL-1.0
// The few operations on xsimd batches that all kernels are written with: bytes to 32-bit lanes and back, barriers,
// rounding. Everything is a template over the arch. Both xsimd 8 and 14 are supported.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <quantype/kernel/contract/image.hpp>
#include <quantype/kernel/simd/arch.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd::detail {

template <class Arch>
using ints = xsimd::batch<std::int32_t, Arch>;
template <class Arch>
using floats = xsimd::batch<float, Arch>;
template <class Arch>
using bytes = xsimd::batch<std::uint8_t, Arch>;

/// Lanes of 32 bits, and bytes of a batch.
template <class Arch>
inline constexpr int lanes = static_cast<int>(ints<Arch>::size);
template <class Arch>
inline constexpr int width = 4 * lanes<Arch>;
inline constexpr std::size_t most_alignment = 64;

/// AVX-512 and AArch64 have 32 vector registers, the other levels of x86 16.
template <class Arch>
#if defined(__aarch64__)
inline constexpr bool has_32_registers = true;
#else
inline constexpr bool has_32_registers = lanes<Arch> == 16;
#endif

/// An array of N, which is an int as all extents are.
template <class T, int N>
using several = T[static_cast<std::size_t>(N)];

/// f(0), ..., f(N - 1) with the number as a constant: unrolled at every optimisation level.
template <int N, class F>
QUANTYPE_SIMD_INLINE void unroll(const F& f) {
    [&]<int... I>(std::integer_sequence<int, I...>) __attribute__((always_inline)) {
        (f(std::integral_constant<int, I>{}), ...);
    }(std::make_integer_sequence<int, N>{});
}

/// The same bits as a batch of another element type.
template <class To, class From, class Arch>
QUANTYPE_SIMD_INLINE xsimd::batch<To, Arch> bits(const xsimd::batch<From, Arch>& x) {
#if defined(__aarch64__)  // xsimd 8 calls a function for it
    return xsimd::batch<To, Arch>(std::bit_cast<typename xsimd::batch<To, Arch>::register_type>(x.data));
#elif XSIMD_VERSION_MAJOR < 9
    return xsimd::bitwise_cast<xsimd::batch<To, Arch>>(x);
#else
    return xsimd::bitwise_cast<To>(x);
#endif
}

/// An empty statement that claims to change the value, so that nothing is contracted or reassociated across it.
template <class T, class Arch>
QUANTYPE_SIMD_INLINE xsimd::batch<T, Arch> opaque(xsimd::batch<T, Arch> x) {
#if defined(QUANTYPE_EMULATED_VECTORS)  // the project's tests: wider than this CPU's registers
    __asm__("" : "+m"(x.data));
#elif defined(__aarch64__)
    __asm__("" : "+w"(x.data));
#elif defined(__AVX512F__)
    __asm__("" : "+v"(x.data));
#else
    __asm__("" : "+x"(x.data));
#endif
    return x;
}
template <class Arch>
QUANTYPE_SIMD_INLINE float opaque_scalar(float x) {
#if defined(__aarch64__)
    __asm__("" : "+w"(x));
#else
    __asm__("" : "+x"(x));
#endif
    return x;
}

/// a * b, a + b rounded to float32, never fused with a neighbour.
template <class Arch>
QUANTYPE_SIMD_INLINE floats<Arch> mul(const floats<Arch>& a, const floats<Arch>& b) {
    return opaque<float, Arch>(a * b);
}
template <class Arch>
QUANTYPE_SIMD_INLINE floats<Arch> add(const floats<Arch>& a, const floats<Arch>& b) {
    return opaque<float, Arch>(a + b);
}
/// a / b of two floats, rounded once. Divisions are rare and stay scalar: -ffast-math turns vector ones into estimates.
template <class Arch>
QUANTYPE_SIMD_INLINE float div(float a, float b) {
    // Both in one statement: see numerics/exact.hpp.
#if defined(__aarch64__)
    __asm__("" : "+w"(a), "+w"(b));
#else
    __asm__("" : "+x"(a), "+x"(b));
#endif
    return opaque_scalar<Arch>(a / b);
}
/// int32 to float32, rounded to nearest even.
template <class Arch>
QUANTYPE_SIMD_INLINE floats<Arch> to_float(const ints<Arch>& x) {
    return opaque<float, Arch>(xsimd::batch_cast<float>(x));
}

/// 32-bit product that wraps.
template <class Arch>
QUANTYPE_SIMD_INLINE ints<Arch> mul32(const ints<Arch>& a, const ints<Arch>& b) {
    return bits<std::int32_t>(bits<std::uint32_t>(a) * bits<std::uint32_t>(b));
}
/// Right shift that brings in zeros.
template <int N, class Arch>
QUANTYPE_SIMD_INLINE ints<Arch> shift_logical(const ints<Arch>& x) {
    return bits<std::int32_t>(bits<std::uint32_t>(x) >> N);
}

/// `count` bytes (up to a batch) into a batch, zero behind them; never reads more.
template <class Arch, class Code>
QUANTYPE_SIMD_INLINE bytes<Arch> load(const Code* p, int count) {
    if (count >= width<Arch>) return bytes<Arch>::load_unaligned(reinterpret_cast<const std::uint8_t*>(p));
    alignas(most_alignment) std::uint8_t room[width<Arch>] = {};
    __builtin_memcpy(room, p, static_cast<std::size_t>(count));
    return bytes<Arch>::load_aligned(room);
}
template <class Arch, class Code>
QUANTYPE_SIMD_INLINE void store(Code* p, const bytes<Arch>& x, int count) {
    if (count >= width<Arch>) return x.store_unaligned(reinterpret_cast<std::uint8_t*>(p));
    alignas(most_alignment) std::uint8_t room[width<Arch>];
    x.store_aligned(room);
    __builtin_memcpy(p, room, static_cast<std::size_t>(count));
}

/// The codes of a batch in 32-bit lanes, four at a time: lane i of part j is byte 4 * i + j.
template <class Arch>
struct quads {
    ints<Arch> part[4];
};
template <class Code, class Arch>
QUANTYPE_SIMD_INLINE quads<Arch> split(const bytes<Arch>& x) {
    if constexpr (lowest_code<Code> < 0) {
        const ints<Arch> w = bits<std::int32_t>(x);
        return {{(w << 24) >> 24, (w << 16) >> 24, (w << 8) >> 24, w >> 24}};
    } else {
        const ints<Arch> w = bits<std::int32_t>(x);
        const ints<Arch> low(255);
        return {
            {w & low, shift_logical<8, Arch>(w) & low, shift_logical<16, Arch>(w) & low, shift_logical<24, Arch>(w)}};
    }
}
/// The inverse of split, for codes that fit a byte.
template <class Arch>
QUANTYPE_SIMD_INLINE bytes<Arch> merge(const quads<Arch>& q) {
    const ints<Arch> low(255);
    const ints<Arch> w = (q.part[0] & low) | ((q.part[1] & low) << 8) | ((q.part[2] & low) << 16) | (q.part[3] << 24);
    return bits<std::uint8_t>(w);
}

/// `lanes` consecutive codes in 32-bit lanes.
template <class Arch, class Code>
QUANTYPE_SIMD_INLINE ints<Arch> widen_on(const Code* p, const void*) {
    alignas(most_alignment) std::int32_t room[lanes<Arch>];
    for (int i = 0; i < lanes<Arch>; ++i) room[i] = p[i];
    return ints<Arch>::load_aligned(room);
}
#if defined(__SSE4_1__)
template <class Arch, class Code>
QUANTYPE_SIMD_INLINE ints<Arch> widen_on(const Code* p, const xsimd::sse4_1*) {
    std::int32_t four = 0;
    __builtin_memcpy(&four, p, 4);
    const __m128i x = _mm_cvtsi32_si128(four);
    return ints<Arch>(lowest_code<Code> < 0 ? _mm_cvtepi8_epi32(x) : _mm_cvtepu8_epi32(x));
}
#endif
#if defined(__AVX2__)
template <class Arch, class Code>
QUANTYPE_SIMD_INLINE ints<Arch> widen_on(const Code* p, const xsimd::avx2*) {
    const __m128i x = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p));
    return ints<Arch>(lowest_code<Code> < 0 ? _mm256_cvtepi8_epi32(x) : _mm256_cvtepu8_epi32(x));
}
#endif
#if defined(__AVX512BW__)
template <class Arch, class Code>
QUANTYPE_SIMD_INLINE ints<Arch> widen_on(const Code* p, const xsimd::avx512bw*) {
    const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    return ints<Arch>(lowest_code<Code> < 0 ? _mm512_cvtepi8_epi32(x) : _mm512_cvtepu8_epi32(x));
}
#endif
template <class Arch, class Code>
QUANTYPE_SIMD_INLINE ints<Arch> widen(const Code* p) {
    return widen_on<Arch>(p, static_cast<const Arch*>(nullptr));
}

/// What a result is moved into: codes lo..hi around a zero point.
template <class Arch>
struct target {
    floats<Arch> low;     ///< lo - zero point
    floats<Arch> high;    ///< hi - zero point
    ints<Arch> offset;    ///< takes the rounding constant off and adds the zero point
    ints<Arch> int_low;   ///< lo - zero point
    ints<Arch> int_high;  ///< hi - zero point
    ints<Arch> zero_point;

    QUANTYPE_SIMD_INLINE target(std::int32_t z, std::int32_t lo, std::int32_t hi)
        : low(static_cast<float>(lo - z)),
          high(static_cast<float>(hi - z)),
          offset(z - rounding_bits),
          int_low(lo - z),
          int_high(hi - z),
          zero_point(z) {}

    static constexpr float rounding = 12582912.0f;  // 1.5 * 2^23: the last bit of x + rounding weighs 1
    static constexpr std::int32_t rounding_bits = std::bit_cast<std::int32_t>(rounding);
};

/// clamp(rne(x) + zero point, lo, hi): clamped first, then rounded by the addition itself (|x| < 2^22 by then).
template <class Arch>
QUANTYPE_SIMD_INLINE ints<Arch> round_to_code(const floats<Arch>& x, const target<Arch>& t) {
    const floats<Arch> inside = opaque<float, Arch>(xsimd::min(xsimd::max(x, t.low), t.high));
    const floats<Arch> rounded = add<Arch>(inside, floats<Arch>(target<Arch>::rounding));
    return bits<std::int32_t>(rounded) + t.offset;
}
/// clamp(x + zero point, lo, hi) for any int32 x.
template <class Arch>
QUANTYPE_SIMD_INLINE ints<Arch> clamp_to_code(const ints<Arch>& x, const target<Arch>& t) {
    return xsimd::min(xsimd::max(x, t.int_low), t.int_high) + t.zero_point;
}

/// Lane i: member(p[i * step]), or member(p[0]) where i * step is not below count.
template <class Arch, class T, class Params, class Member>
QUANTYPE_SIMD_INLINE xsimd::batch<T, Arch> collect(const Params* p, int step, int count, const Member& member) {
    alignas(most_alignment) T room[lanes<Arch>];
    for (int i = 0; i < lanes<Arch>; ++i) room[i] = member(p[i * step < count ? i * step : 0]);
    return xsimd::batch<T, Arch>::load_aligned(room);
}

}  // namespace kernel::simd::detail

QUANTYPE_END_NAMESPACE
#endif
