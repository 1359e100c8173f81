// SPDX-License-Identifier: BSL-1.0
// The arch levels that a program for many CPUs can choose from while it runs, and which of them this CPU has. For
// hosts: a firmware build fixes its level with the compiler's flags and needs none of this.
#pragma once
#include <cstdint>
#include <string_view>
#include <type_traits>

#include <quantype/kernel/simd/arch.hpp>

#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#endif

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

#if defined(__x86_64__) && QUANTYPE_HAS_XSIMD

/// What xsimd finds of the CPU. It does not ask whether the operating system saves the registers; see saves_registers.
inline const auto& xsimd_archs() {
    static const auto found = xsimd::available_architectures();
    return found;
}
/// True when the operating system saves all of these registers of a thread: bits of XCR0 (Intel's manual, XGETBV).
inline bool saves_registers(std::uint32_t bits) {
    unsigned a = 0, b = 0, c = 0, d = 0;
    constexpr unsigned osxsave = 1U << 27U;
    if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & osxsave) == 0) return false;
    __asm__("xgetbv" : "=a"(a), "=d"(d) : "c"(0));
    return (a & bits) == bits;
}
inline constexpr std::uint32_t ymm_registers = 0x06, zmm_registers = 0xe6;

inline bool has_sse4_1() { return xsimd_archs().sse4_1; }
inline bool has_avx2() { return xsimd_archs().avx2 && saves_registers(ymm_registers); }
/// Leaf 7.1, EAX bit 4 (Intel's manual, CPUID). xsimd 8 does not know it.
inline bool has_avxvnni() {
    unsigned a = 0, b = 0, c = 0, d = 0;
    return has_avx2() && __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0 && (a >> 4U & 1U) != 0;
}
inline bool has_avx512bw() {
    const auto& x = xsimd_archs();
    return has_avx2() && x.avx512f && x.avx512cd && x.avx512dq && x.avx512bw && saves_registers(zmm_registers);
}
/// Leaf 7, ECX bit 11.
inline bool has_avx512vnni() {
    unsigned a = 0, b = 0, c = 0, d = 0;
    return has_avx512bw() && __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (c >> 11U & 1U) != 0;
}

#else

inline bool has_sse4_1() { return false; }
inline bool has_avx2() { return false; }
inline bool has_avxvnni() { return false; }
inline bool has_avx512bw() { return false; }
inline bool has_avx512vnni() { return false; }

#endif

#if defined(__aarch64__) && defined(__linux__)
/// Linux's HWCAP_CRC32, HWCAP_ATOMICS and HWCAP_ASIMDRDM, which armv8.2-a has, and HWCAP_ASIMDDP; HWCAP2_I8MM.
inline bool has_dotprod() {
    constexpr unsigned long all = 1UL << 7U | 1UL << 8U | 1UL << 12U | 1UL << 20U;
    return (getauxval(AT_HWCAP) & all) == all;
}
inline bool has_i8mm() { return has_dotprod() && (getauxval(AT_HWCAP2) >> 13U & 1U) != 0; }
#else
inline bool has_dotprod() { return false; }
inline bool has_i8mm() { return false; }
#endif

#if defined(__x86_64__)
inline constexpr bool is_x86_64 = true, is_aarch64 = false;
#elif defined(__aarch64__)
inline constexpr bool is_x86_64 = false, is_aarch64 = true;
#else
inline constexpr bool is_x86_64 = false, is_aarch64 = false;
#endif

}  // namespace detail

/// One type a level: its name, and whether this CPU (and its operating system) can run what is compiled for it.
namespace levels {

/// The scalar kernels, where there are no vector kernels for the machine.
struct generic {
    static constexpr std::string_view name = "generic";
    static bool on_cpu() { return !QUANTYPE_HAS_XSIMD || (!detail::is_x86_64 && !detail::is_aarch64); }
};
struct sse2 {
    static constexpr std::string_view name = "sse2";
    static bool on_cpu() { return detail::is_x86_64; }
};
struct sse4_1 {
    static constexpr std::string_view name = "sse4.1";
    static bool on_cpu() { return detail::has_sse4_1(); }
};
struct avx2 {
    static constexpr std::string_view name = "avx2";
    static bool on_cpu() { return detail::has_avx2(); }
};
struct avxvnni {
    static constexpr std::string_view name = "avxvnni";
    static bool on_cpu() { return detail::has_avxvnni(); }
};
struct avx512bw {
    static constexpr std::string_view name = "avx512bw";
    static bool on_cpu() { return detail::has_avx512bw(); }
};
struct avx512vnni {
    static constexpr std::string_view name = "avx512vnni";
    static bool on_cpu() { return detail::has_avx512vnni(); }
};
struct neon64 {
    static constexpr std::string_view name = "neon64";
    static bool on_cpu() { return detail::is_aarch64; }
};
struct dotprod {
    static constexpr std::string_view name = "dotprod";
    static bool on_cpu() { return detail::has_dotprod(); }
};
struct i8mm {
    static constexpr std::string_view name = "i8mm";
    static bool on_cpu() { return detail::has_i8mm(); }
};

template <class... Level>
struct list {};

/// All, each better than those before it.
using all = list<generic, sse2, sse4_1, avx2, avxvnni, avx512bw, avx512vnni, neon64, dotprod, i8mm>;

}  // namespace levels

namespace detail {

template <class... Level>
struct level_of_flags;
template <class First, class... More>
struct level_of_flags<First, More...>
    : std::conditional_t<First::name == kernel::simd::arch_name<kernel::simd::default_arch>(),
                         std::type_identity<First>, level_of_flags<More...>> {};
template <class... Level>
struct level_of_flags<levels::list<Level...>> : level_of_flags<Level...> {};

}  // namespace detail

/// The level that this translation unit is compiled for, by the compiler's flags.
using this_level = detail::level_of_flags<levels::all>::type;

#if defined(QUANTYPE_LEVEL)
static_assert(std::is_same_v<levels::QUANTYPE_LEVEL, this_level>,
              "quantype: the flags of this unit are not those of the level that quantype_add_levels compiles it for");
#endif

QUANTYPE_END_NAMESPACE
