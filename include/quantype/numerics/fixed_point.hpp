// SPDX-License-Identifier: BSL-1.0
// Multiplication by a positive real held as a Q31 mantissa and a power of two, as in gemmlowp, TensorFlow Lite and
// CMSIS-NN: integers only at run time. Two rules, which differ: rounding twice, and rounding once.
#pragma once
#include <bit>
#include <cstdint>
#include <limits>

#include <quantype/numerics/rounding.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// The real number q31 * 2^(shift - 31), 2^30 <= q31 < 2^31; or zero with q31 = 0.
struct q31_multiplier {
    std::int32_t q31 = 0;
    std::int32_t shift = 0;
    constexpr bool operator==(const q31_multiplier&) const = default;
};

namespace detail::numerics {

struct mantissa_exponent {
    double mantissa;  // 0.5 <= mantissa < 1
    int exponent;     // value = mantissa * 2^exponent
};

// frexp for a positive finite double, in constant expressions.
constexpr mantissa_exponent split(double x) {
    int scaled = 0;
    if (x < std::numeric_limits<double>::min()) {
        x *= 18014398509481984.0;  // 2^54 lifts a subnormal into the normal range
        scaled = -54;
    }
    const auto bits = std::bit_cast<std::uint64_t>(x);
    const int exponent = static_cast<int>((bits >> 52) & 0x7ff) - 1022;
    const std::uint64_t half = (bits & 0x000fffffffffffffULL) | 0x3fe0000000000000ULL;
    return {std::bit_cast<double>(half), exponent + scaled};
}

}  // namespace detail::numerics

/// The Q31 form of a real. Formula: m = f * 2^e with 0.5 <= f < 1; q31 = f * 2^31 rounded half away from zero; a
/// mantissa that rounds to 2^31 is halved and e grows by one; e < -31 gives zero, e > 30 saturates to the largest.
/// Anything but a positive finite number gives zero. Source: TensorFlow Lite's QuantizeMultiplier.
constexpr q31_multiplier quantize_multiplier(double m) {
    if (!(m > 0.0) || !(m <= std::numeric_limits<double>::max())) return {};
    const detail::numerics::mantissa_exponent parts = detail::numerics::split(m);
    std::int64_t q = round_half_away(parts.mantissa * 2147483648.0);
    int shift = parts.exponent;
    if (q == (std::int64_t{1} << 31)) {
        q /= 2;
        ++shift;
    }
    if (shift < -31) return {};
    if (shift > 30) return {std::numeric_limits<std::int32_t>::max(), 30};
    return {static_cast<std::int32_t>(q), shift};
}

/// (2 * a * b) / 2^32 rounded to nearest (ties: up for a positive, down for a negative product), saturated in the one
/// case a = b = -2^31. Source: gemmlowp's SaturatingRoundingDoublingHighMul.
constexpr std::int32_t rounding_doubling_high_mul(std::int32_t a, std::int32_t b) {
    constexpr std::int32_t lowest = std::numeric_limits<std::int32_t>::min();
    if (a == lowest && b == lowest) return std::numeric_limits<std::int32_t>::max();
    const std::int64_t product = static_cast<std::int64_t>(a) * b;
    const std::int64_t nudge = product >= 0 ? (std::int64_t{1} << 30) : 1 - (std::int64_t{1} << 30);
    return static_cast<std::int32_t>((product + nudge) / (std::int64_t{1} << 31));
}

/// x * m rounded twice: high multiply, then a shift with ties away from zero. A positive shift is applied before the
/// multiply; the shifted value saturates at int32 (the reference implementations leave that case undefined).
constexpr std::int32_t multiply_double_rounding(std::int32_t x, q31_multiplier m) {
    const int left = m.shift > 0 ? m.shift : 0;
    const int right = m.shift > 0 ? 0 : -m.shift;
    const auto shifted = saturate<std::int32_t>(static_cast<std::int64_t>(x) * (std::int64_t{1} << left));
    return shift_right_half_away(rounding_doubling_high_mul(shifted, m.q31), right);
}

/// x * m rounded once: (x * q31 + 2^(30 - shift)) >> (31 - shift), ties towards plus infinity, saturated at int32.
/// Source: TensorFlow Lite with TFLITE_SINGLE_ROUNDING, CMSIS-NN with ARM_NN single rounding.
constexpr std::int32_t multiply_single_rounding(std::int32_t x, q31_multiplier m) {
    const int total = 31 - m.shift;
    const std::int64_t round = std::int64_t{1} << (total - 1);
    return saturate<std::int32_t>((static_cast<std::int64_t>(x) * m.q31 + round) >> total);
}

QUANTYPE_END_NAMESPACE
