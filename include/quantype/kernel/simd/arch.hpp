// SPDX-License-Identifier: BSL-1.0
// Which vector arch the kernels of this folder are compiled for. xsimd is included only where this build has one of its
// arches that the kernels support; elsewhere scalar_arch stands in, and the kernels are those of kernel/scalar.
#pragma once
#include <string_view>
#include <type_traits>

#include <quantype/version.hpp>

#if (defined(__SSE2__) || defined(__aarch64__)) && defined(__has_include)
#if __has_include(<xsimd/xsimd.hpp>)
#define QUANTYPE_HAS_XSIMD 1
#endif
#endif
#ifndef QUANTYPE_HAS_XSIMD
#define QUANTYPE_HAS_XSIMD 0
#endif

#if QUANTYPE_HAS_XSIMD
// g++ 12 warns of an undefined vector in its own AVX-512 header (its bug 105593).
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <xsimd/xsimd.hpp>
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
#endif

// Helpers of the kernels are inlined by force: what a unit compiled for one arch emits must not be shared with another.
#define QUANTYPE_SIMD_INLINE inline __attribute__((always_inline))

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd {

/// Stands for an arch where there is no vector unit, or none that is supported.
struct scalar_arch {};

/// Any arch but scalar_arch: a tag of xsimd.
template <class Arch>
concept vector_arch = !std::is_same_v<Arch, scalar_arch>;

#if QUANTYPE_HAS_XSIMD

namespace detail {

// AVX without AVX2 has no 256-bit integers, AVX-512 without BW none of 8 and 16 bits.
template <class Arch>
constexpr auto supported() {
#if defined(__SSE2__)
    if constexpr (std::is_base_of_v<xsimd::avx512bw, Arch>)
        return Arch{};
    else if constexpr (std::is_base_of_v<xsimd::avx512f, Arch>)
        return xsimd::avx2{};
    else if constexpr (std::is_base_of_v<xsimd::avx, Arch> && !std::is_base_of_v<xsimd::avx2, Arch>)
        return xsimd::sse4_2{};
    else
#endif
        return Arch{};
}

}  // namespace detail

/// The best arch that the compiler's flags allow.
using default_arch = decltype(detail::supported<xsimd::default_arch>());

#else

using default_arch = scalar_arch;

#endif

/// Name of an arch for reports: "sse2", "sse4.1", "avx2", "avx512bw", "neon64", "generic"; xsimd's own for others.
template <class Arch>
constexpr std::string_view arch_name() {
    if constexpr (!vector_arch<Arch>) {
        return "generic";
    } else {
#if QUANTYPE_HAS_XSIMD && defined(__aarch64__)
        if constexpr (std::is_same_v<Arch, xsimd::neon64>) return "neon64";
#elif QUANTYPE_HAS_XSIMD
        if constexpr (std::is_same_v<Arch, xsimd::sse2>) return "sse2";
        if constexpr (std::is_same_v<Arch, xsimd::sse4_1>) return "sse4.1";
        if constexpr (std::is_same_v<Arch, xsimd::avx2>) return "avx2";
        if constexpr (std::is_same_v<Arch, xsimd::avx512bw>) return "avx512bw";
#endif
        return Arch::name();
    }
}

}  // namespace kernel::simd

QUANTYPE_END_NAMESPACE
