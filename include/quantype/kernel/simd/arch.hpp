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

#if QUANTYPE_HAS_XSIMD && defined(__AVX2__)
// Levels with a dot product of bytes, which xsimd 8 has no tags for. Newer ones have: then these are other names.
QUANTYPE_BEGIN_NAMESPACE
namespace kernel::simd {
#if defined(__AVXVNNI__)
#if defined(XSIMD_WITH_AVXVNNI) && XSIMD_WITH_AVXVNNI
using avxvnni = xsimd::avxvnni;
#else
#define QUANTYPE_OWN_AVXVNNI 1
struct avxvnni : xsimd::avx2 {
    static constexpr const char* name() noexcept { return "avxvnni"; }
};
#endif
#endif
#if defined(__AVX512VNNI__) && defined(__AVX512BW__)
#if defined(XSIMD_WITH_AVX512VNNI_AVX512BW) && XSIMD_WITH_AVX512VNNI_AVX512BW
using avx512vnni = xsimd::avx512vnni<xsimd::avx512bw>;
#else
#define QUANTYPE_OWN_AVX512VNNI 1
struct avx512vnni : xsimd::avx512bw {
    static constexpr const char* name() noexcept { return "avx512vnni"; }
};
#endif
#endif
}  // namespace kernel::simd
QUANTYPE_END_NAMESPACE

namespace xsimd {
namespace types {
#if defined(QUANTYPE_OWN_AVXVNNI)
XSIMD_DECLARE_SIMD_REGISTER_ALIAS(::quantype::kernel::simd::avxvnni, avx2);
#endif
#if defined(QUANTYPE_OWN_AVX512VNNI)
template <class T>
struct get_bool_simd_register<T, ::quantype::kernel::simd::avx512vnni> {
    using type = simd_avx512_bool_register<T>;
};
XSIMD_DECLARE_SIMD_REGISTER_ALIAS(::quantype::kernel::simd::avx512vnni, avx512bw);
#endif
}  // namespace types
}  // namespace xsimd
#endif

#if QUANTYPE_HAS_XSIMD && defined(__aarch64__)
// AArch64's levels with dot products of bytes (FEAT_DotProd) and with products of 2x8 and 8x2 bytes (FEAT_I8MM).
QUANTYPE_BEGIN_NAMESPACE
namespace kernel::simd {
#if defined(__ARM_FEATURE_DOTPROD)
struct dotprod : xsimd::neon64 {
    static constexpr const char* name() noexcept { return "dotprod"; }
};
#endif
#if defined(__ARM_FEATURE_MATMUL_INT8)
#if defined(XSIMD_WITH_I8MM_NEON64) && XSIMD_WITH_I8MM_NEON64
using i8mm = xsimd::i8mm<xsimd::neon64>;
#else
#define QUANTYPE_OWN_I8MM 1
struct i8mm : xsimd::neon64 {
    static constexpr const char* name() noexcept { return "i8mm"; }
};
#endif
#endif
}  // namespace kernel::simd
QUANTYPE_END_NAMESPACE

namespace xsimd {
namespace types {
#if defined(__ARM_FEATURE_DOTPROD)
XSIMD_DECLARE_SIMD_REGISTER_ALIAS(::quantype::kernel::simd::dotprod, neon64);
template <class T>
struct get_bool_simd_register<T, ::quantype::kernel::simd::dotprod>
    : detail::neon_bool_simd_register<T, ::quantype::kernel::simd::dotprod> {};
#endif
#if defined(QUANTYPE_OWN_I8MM)
XSIMD_DECLARE_SIMD_REGISTER_ALIAS(::quantype::kernel::simd::i8mm, neon64);
template <class T>
struct get_bool_simd_register<T, ::quantype::kernel::simd::i8mm>
    : detail::neon_bool_simd_register<T, ::quantype::kernel::simd::i8mm> {};
#endif
}  // namespace types

// xsimd 8 broadcasts to batches of neon64 itself alone, not to those of arches that stand on it.
#define QUANTYPE_BROADCAST(Arch, T, dup) \
    template <>                          \
    inline batch<T, Arch>::batch(T val) noexcept : types::simd_register<T, Arch>(dup(val)) {}
#define QUANTYPE_BROADCASTS(Arch)                        \
    QUANTYPE_BROADCAST(Arch, float, vdupq_n_f32)         \
    QUANTYPE_BROADCAST(Arch, std::int32_t, vdupq_n_s32)  \
    QUANTYPE_BROADCAST(Arch, std::uint32_t, vdupq_n_u32) \
    QUANTYPE_BROADCAST(Arch, std::int8_t, vdupq_n_s8)    \
    QUANTYPE_BROADCAST(Arch, std::uint8_t, vdupq_n_u8)
#if defined(__ARM_FEATURE_DOTPROD)
QUANTYPE_BROADCASTS(::quantype::kernel::simd::dotprod)
#endif
#if defined(QUANTYPE_OWN_I8MM)
QUANTYPE_BROADCASTS(::quantype::kernel::simd::i8mm)
#endif
#undef QUANTYPE_BROADCASTS
#undef QUANTYPE_BROADCAST
}  // namespace xsimd
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

/// The best level that the compiler's flags allow. AVX without AVX2 has no 256-bit integers, AVX-512 without BW none of
/// 8 and 16 bits: they are the level below.
#if defined(__aarch64__) && defined(__ARM_FEATURE_MATMUL_INT8)
using default_arch = i8mm;
#elif defined(__aarch64__) && defined(__ARM_FEATURE_DOTPROD)
using default_arch = dotprod;
#elif defined(__aarch64__)
using default_arch = xsimd::neon64;
#elif defined(__AVX512VNNI__) && defined(__AVX512BW__)
using default_arch = avx512vnni;
#elif defined(__AVX512BW__)
using default_arch = xsimd::avx512bw;
#elif defined(__AVXVNNI__)
using default_arch = avxvnni;
#elif defined(__AVX2__)
using default_arch = xsimd::avx2;
#elif defined(__SSE4_1__)
using default_arch = xsimd::sse4_1;
#else
using default_arch = xsimd::sse2;
#endif

#else

using default_arch = scalar_arch;

#endif

/// Name of a level for reports: "sse2", "sse4.1", "avx2", "avxvnni", "avx512bw", "avx512vnni", "neon64", "dotprod",
/// "i8mm", "generic"; xsimd's own for others.
template <class Arch>
constexpr std::string_view arch_name() {
    if constexpr (!vector_arch<Arch>) {
        return "generic";
    } else {
#if QUANTYPE_HAS_XSIMD && defined(__aarch64__)
        if constexpr (std::is_same_v<Arch, xsimd::neon64>) return "neon64";
#if defined(__ARM_FEATURE_MATMUL_INT8)
        if constexpr (std::is_same_v<Arch, i8mm>) return "i8mm";
#endif
#elif QUANTYPE_HAS_XSIMD
        if constexpr (std::is_same_v<Arch, xsimd::sse2>) return "sse2";
        if constexpr (std::is_same_v<Arch, xsimd::sse4_1>) return "sse4.1";
        if constexpr (std::is_same_v<Arch, xsimd::avx2>) return "avx2";
        if constexpr (std::is_same_v<Arch, xsimd::avx512bw>) return "avx512bw";
#if defined(__AVXVNNI__)
        if constexpr (std::is_same_v<Arch, avxvnni>) return "avxvnni";
#endif
#if defined(__AVX512VNNI__) && defined(__AVX512BW__)
        if constexpr (std::is_same_v<Arch, avx512vnni>) return "avx512vnni";
#endif
#endif
        return Arch::name();
    }
}

}  // namespace kernel::simd

QUANTYPE_END_NAMESPACE
