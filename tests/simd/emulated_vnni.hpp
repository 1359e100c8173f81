// SPDX-License-Identifier: BSL-1.0
// vpdpbusd for the programs of this folder on a CPU without it: the sum of four products u8 * s8 in each 32-bit lane,
// as Intel's manual has it. At the end of emulated_avx512.hpp the 512-bit form, else the 256-bit one of AVX-VNNI.
#pragma once
#include <immintrin.h>

namespace emulated {

template <class Vector, int Bytes>
inline Vector dpbusd(Vector sum, Vector x, Vector w) {
    unsigned char a[Bytes];
    signed char b[Bytes];
    unsigned acc[Bytes / 4];
    __builtin_memcpy(a, &x, Bytes);
    __builtin_memcpy(b, &w, Bytes);
    __builtin_memcpy(acc, &sum, Bytes);
    for (int i = 0; i < Bytes; ++i) acc[i / 4] += static_cast<unsigned>(a[i] * b[i]);
    __builtin_memcpy(&sum, acc, Bytes);
    return sum;
}

}  // namespace emulated

#ifdef QUANTYPE_EMULATED_VECTORS
#define __AVX512VNNI__ 1
#undef _mm512_dpbusd_epi32
#define _mm512_dpbusd_epi32(a, x, w) emulated::dpbusd<__m512i, 64>(a, x, w)
#else
#define __AVXVNNI__ 1
#define _mm256_dpbusd_avx_epi32(a, x, w) emulated::dpbusd<__m256i, 32>(a, x, w)
#endif
