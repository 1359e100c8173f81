// SPDX-License-Identifier: BSL-1.0
// The fixed-point exponential and reciprocal behind TensorFlow Lite's int8 softmax. Qm.n below: an int32 with m integer
// and n = 31 - m fraction bits. Method and constants: gemmlowp's fixedpoint.h.
#pragma once
#include <limits>

#include <quantype/numerics/fixed_point.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace softmax_q31 {

/// Integer bits of an input difference, and of the sum of exponentials.
inline constexpr int difference_bits = 5;
inline constexpr int sum_bits = 12;

namespace detail {

inline constexpr std::int32_t one_q0 = std::numeric_limits<std::int32_t>::max();  // 1.0, as nearly as Q0.31 holds it

// x * 2^n, saturated (n > 0), or rounded half away from zero (n < 0).
constexpr std::int32_t scale_by_power(std::int32_t x, int n) {
    if (n < 0) return shift_right_half_away(x, -n);
    return saturate<std::int32_t>(static_cast<std::int64_t>(x) * (std::int64_t{1} << n));
}

// The product of Qa and Qb is Q(a + b).
constexpr std::int32_t product(std::int32_t a, std::int32_t b) { return rounding_doubling_high_mul(a, b); }

// e^a for -1/4 <= a < 0, Q0.31: e^(-1/8) * (1 + x + x^2/2 + x^3/6 + x^4/24) around x = a + 1/8.
constexpr std::int32_t exp_near_zero(std::int32_t a) {
    const std::int32_t constant_term = 1895147668;  // e^(-1/8)
    const std::int32_t one_third = 715827883;
    const std::int32_t x = a + (std::int32_t{1} << 28);
    const std::int32_t x2 = product(x, x);
    const std::int32_t x3 = product(x2, x);
    const std::int32_t x4_over_4 = scale_by_power(product(x2, x2), -2);
    const std::int32_t tail = scale_by_power(product(x4_over_4 + x3, one_third) + x2, -1);
    return constant_term + product(constant_term, x + tail);
}

// e^(-2^k) in Q0.31 for k = -2 .. 4.
inline constexpr std::int32_t exp_of_powers[7] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};

// (a + b) / 2 rounded half away from zero.
constexpr std::int32_t half_sum(std::int32_t a, std::int32_t b) {
    const std::int64_t sum = static_cast<std::int64_t>(a) + b;
    return static_cast<std::int32_t>((sum + (sum >= 0 ? 1 : -1)) / 2);
}

// 1 / (1 + x) for 0 <= x < 1, Q0.31, by three Newton steps in Q2.29 from 48/17 - 32/17 d.
constexpr std::int32_t reciprocal_of_one_plus(std::int32_t x) {
    const std::int32_t half_denominator = half_sum(x, one_q0);
    std::int32_t r = 1515870810 + product(half_denominator, -1010580540);
    for (int i = 0; i < 3; ++i) {
        const std::int32_t rest = (std::int32_t{1} << 29) - product(half_denominator, r);
        r += scale_by_power(product(r, rest), 2);
    }
    return scale_by_power(r, 1);
}

}  // namespace detail

/// e^a for a <= 0: a in Q5.26, the result in Q0.31. e^0 gives the largest int32.
constexpr std::int32_t exp_of_negative(std::int32_t a) {
    constexpr int fraction_bits = 31 - difference_bits;
    constexpr std::int32_t quarter = std::int32_t{1} << (fraction_bits - 2);
    const std::int32_t part = (a & (quarter - 1)) - quarter;  // -1/4 <= part < 0, a = part - remainder
    const std::int32_t remainder = part - a;
    std::int32_t result = detail::exp_near_zero(detail::scale_by_power(part, difference_bits));
    for (int k = -2; k < difference_bits; ++k)
        if (remainder & (std::int32_t{1} << (fraction_bits + k)))
            result = detail::product(result, detail::exp_of_powers[k + 2]);
    return a == 0 ? detail::one_q0 : result;
}

/// 1 / sum as mantissa * 2^(-shift): sum in Q12.19 and at least 1; mantissa in Q0.31.
struct reciprocal {
    std::int32_t mantissa = 0;
    int shift = 0;
};
constexpr reciprocal reciprocal_of(std::int32_t sum) {
    const int headroom = std::countl_zero(static_cast<std::uint32_t>(sum));
    const std::uint32_t above_one = (static_cast<std::uint32_t>(sum) << headroom) - (std::uint32_t{1} << 31);
    return {detail::reciprocal_of_one_plus(static_cast<std::int32_t>(above_one)), sum_bits - headroom};
}

/// Exponential as a term of the sum: Q0.31 to Q12.19.
constexpr std::int32_t as_term(std::int32_t e) { return detail::scale_by_power(e, -sum_bits); }

/// The right shift that brings e * reciprocal to steps of 1/256. From 32 on, every share is less than half a step: 0.
constexpr int share_shift(const reciprocal& r) { return r.shift + 31 - 8; }

/// e / sum in steps of 1/256, rounded half away from zero.
constexpr std::int32_t share(std::int32_t e, const reciprocal& r) {
    return share_shift(r) > 31 ? 0 : shift_right_half_away(detail::product(r.mantissa, e), share_shift(r));
}

/// Multiplier and shift that bring a difference of codes to Q5.26, and the least difference that is not zero at the
/// end.
struct input_scaling {
    std::int32_t multiplier = 0;
    std::int32_t left_shift = 0;
    std::int32_t diff_min = 0;
};
/// From the input's scale, beta = 1. multiplier = Q31 of min(scale * 2^26, 2^31 - 1); diff_min = -floor(31 * 2^26 /
/// 2^left_shift). A scale of 2^-26 or less, which would need a right shift, gives multiplier 0.
constexpr input_scaling make_scaling(double scale) {
    const double real = scale * 67108864.0;
    const q31_multiplier m = quantize_multiplier(real < 2147483647.0 ? real : 2147483647.0);
    if (m.q31 == 0 || m.shift < 0) return {};
    const std::int64_t radius = (std::int64_t{31} << 26) >> m.shift;
    return {m.q31, m.shift, -static_cast<std::int32_t>(radius)};
}

/// A difference of codes (x - max <= 0, not below diff_min) in Q5.26.
constexpr std::int32_t scaled_difference(std::int32_t diff, const input_scaling& s) {
    return rounding_doubling_high_mul(diff * (std::int32_t{1} << s.left_shift), s.multiplier);
}

}  // namespace softmax_q31

QUANTYPE_END_NAMESPACE
