// SPDX-License-Identifier: BSL-1.0
// Real to integer: half to even, half away from zero; saturation. All constexpr, all independent of -ffast-math.
#pragma once
#include <cstdint>
#include <limits>
#include <type_traits>

#include <quantype/version.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail::numerics {

// t = trunc(x) and x - t are exact for |x| < 2^23 (2^52), and beyond that x is an integer already.
template <class Int, class Real>
constexpr Int rne_portable(Real x) {
    const Int t = static_cast<Int>(x);
    const Real rest = x - static_cast<Real>(t);
    const Real half = static_cast<Real>(0.5);
    const bool odd = (t & 1) != 0;
    if (rest > half || (rest == half && odd)) return t + 1;
    if (rest < -half || (rest == -half && odd)) return t - 1;
    return t;
}

// One instruction where there is one. The rounding mode of the program must be the default (nearest even).
inline std::int32_t rne_instruction(float x) {
#if defined(__AVX__)
    std::int32_t r;
    __asm__("vcvtss2si %1, %0" : "=r"(r) : "x"(x));
    return r;
#elif defined(__x86_64__)
    std::int32_t r;
    __asm__("cvtss2si %1, %0" : "=r"(r) : "x"(x));
    return r;
#elif defined(__aarch64__)
    std::int32_t r;
    __asm__("fcvtns %w0, %s1" : "=r"(r) : "w"(x));
    return r;
#else
    return rne_portable<std::int32_t>(x);
#endif
}

}  // namespace detail::numerics

/// Nearest integer, ties to even. Precondition: -2^31 <= x < 2^31, not NaN.
constexpr std::int32_t rne_in_range(float x) {
    if (std::is_constant_evaluated()) return detail::numerics::rne_portable<std::int32_t>(x);
    return detail::numerics::rne_instruction(x);
}

/// Nearest integer, ties to even; values beyond int32 saturate (both infinities too). NaN gives the lowest int32.
constexpr std::int32_t rne(float x) {
    if (!(x >= -2147483648.0f)) return std::numeric_limits<std::int32_t>::min();
    if (!(x < 2147483648.0f)) return std::numeric_limits<std::int32_t>::max();
    return rne_in_range(x);
}

/// The same from float64 to int64: saturating, NaN gives the lowest int64. For parameters, not for inner loops.
constexpr std::int64_t rne(double x) {
    if (!(x >= -9223372036854775808.0)) return std::numeric_limits<std::int64_t>::min();
    if (!(x < 9223372036854775808.0)) return std::numeric_limits<std::int64_t>::max();
    return detail::numerics::rne_portable<std::int64_t>(x);
}

/// Nearest integer, ties away from zero (C's round); saturating, NaN gives the lowest int64.
constexpr std::int64_t round_half_away(double x) {
    if (!(x >= -9223372036854775808.0)) return std::numeric_limits<std::int64_t>::min();
    if (!(x < 9223372036854775808.0)) return std::numeric_limits<std::int64_t>::max();
    const auto t = static_cast<std::int64_t>(x);
    const double rest = x - static_cast<double>(t);
    if (rest >= 0.5) return t + 1;
    if (rest <= -0.5) return t - 1;
    return t;
}

/// x moved into lo..hi.
template <class T>
constexpr T clamp(T x, T lo, T hi) {
    return x < lo ? lo : (x > hi ? hi : x);
}

/// x moved into the range of the integer type To.
template <class To>
constexpr To saturate(std::int64_t x) {
    using limits = std::numeric_limits<To>;
    return static_cast<To>(clamp<std::int64_t>(x, limits::min(), limits::max()));
}

/// x / 2^n rounded to nearest, ties away from zero. 0 <= n <= 31. Equal to gemmlowp's RoundingDivideByPOT.
constexpr std::int32_t shift_right_half_away(std::int32_t x, int n) {
    const auto mask = static_cast<std::int32_t>((std::int64_t{1} << n) - 1);
    const std::int32_t remainder = x & mask;
    const std::int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
    return (x >> n) + (remainder > threshold ? 1 : 0);
}

QUANTYPE_END_NAMESPACE
