// SPDX-License-Identifier: BSL-1.0
// AVX-512 for the programs of this folder on a CPU without it: SIMDe's functions under Intel's names, and the macros by
// which xsimd and quantype tell that the level is there. Included before everything else, by the command line.
#pragma once
#include <immintrin.h>

#define SIMDE_ENABLE_NATIVE_ALIASES
#define SIMDE_X86_AVX512F_ENABLE_NATIVE_ALIASES
#include <simde/x86/avx512.h>

#ifndef __AVX512F__
#define __AVX512F__ 1
#define __AVX512CD__ 1
#define __AVX512DQ__ 1
#define __AVX512BW__ 1
#define QUANTYPE_EMULATED_VECTORS 1
#endif

// What SIMDe lacks, or has only for counts known to the compiler.
namespace emulated {

typedef int int32x16 __attribute__((vector_size(64)));
typedef float float32x16 __attribute__((vector_size(64)));

inline __m512i srai_epi32(__m512i a, unsigned count) {
    return reinterpret_cast<__m512i>(reinterpret_cast<int32x16>(a) >> (count > 31 ? 31 : static_cast<int>(count)));
}
inline __m512 cvtepi32_ps(__m512i a) {
    return reinterpret_cast<__m512>(__builtin_convertvector(reinterpret_cast<int32x16>(a), float32x16));
}
inline __m512i cvttps_epi32(__m512 a) {
    return reinterpret_cast<__m512i>(__builtin_convertvector(reinterpret_cast<float32x16>(a), int32x16));
}

/// Nearest even; what does not fit is -2^31.
inline __m512i cvtps_epi32(__m512 a) {
    const auto x = reinterpret_cast<float32x16>(a);
    int32x16 r{};
    for (int i = 0; i < 16; ++i)
        r[i] = x[i] >= -2147483648.0f && x[i] < 2147483648.0f ? static_cast<int>(__builtin_nearbyintf(x[i]))
                                                              : -2147483647 - 1;
    return reinterpret_cast<__m512i>(r);
}

typedef signed char int8x16 __attribute__((vector_size(16)));
typedef unsigned char uint8x16 __attribute__((vector_size(16)));
inline __m512i cvtepi8_epi32(__m128i a) {
    return reinterpret_cast<__m512i>(__builtin_convertvector(reinterpret_cast<int8x16>(a), int32x16));
}
inline __m512i cvtepu8_epi32(__m128i a) {
    return reinterpret_cast<__m512i>(__builtin_convertvector(reinterpret_cast<uint8x16>(a), int32x16));
}

}  // namespace emulated

#undef _mm512_srai_epi32
#define _mm512_srai_epi32(a, n) emulated::srai_epi32(a, n)
#undef _mm512_cvtepi32_ps
#define _mm512_cvtepi32_ps(a) emulated::cvtepi32_ps(a)
#undef _mm512_cvttps_epi32
#define _mm512_cvttps_epi32(a) emulated::cvttps_epi32(a)
#undef _mm512_cvtps_epi32
#define _mm512_cvtps_epi32(a) emulated::cvtps_epi32(a)
#undef _mm512_cvtepi8_epi32
#define _mm512_cvtepi8_epi32(a) emulated::cvtepi8_epi32(a)
#undef _mm512_cvtepu8_epi32
#define _mm512_cvtepu8_epi32(a) emulated::cvtepu8_epi32(a)
#undef _mm512_madd_epi16
#define _mm512_madd_epi16(a, b) simde_mm512_madd_epi16(a, b)

#ifdef QUANTYPE_EMULATED_VNNI
#include "simd/emulated_vnni.hpp"
#endif
