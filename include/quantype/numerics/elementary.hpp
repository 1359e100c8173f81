// SPDX-License-Identifier: BSL-1.0
// exp, expm1, log, tanh, sigmoid, erf, sin, sqrt, rsqrt in float64, with the same bits from every compiler, instruction
// set and optimisation level, and in constant expressions. Each is within 1 ulp of the true value (most within 0.6) and
// uses IEEE +, -, *, / on float64 in round-to-nearest only; no libm. The float32 overloads are the float64 result
// rounded. Needs subnormals to be honoured (no flush to zero) where arguments or results are subnormal.
#pragma once
#include <quantype/numerics/double_double.hpp>
#include <quantype/numerics/sine.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace elementary::detail {

/// ln 2 in three parts; the first two have 42 bits, so that their products with an 11-bit integer are exact.
inline constexpr double ln2[3] = {0x1.62e42fefa3800p-1, 0x1.ef35793c76000p-45, 0x1.cc01f97b57a08p-87};

/// 1/3!, 1/4!, ... 1/14!
inline constexpr double exp_terms[12] = {1.0 / 6.0,        1.0 / 24.0,        1.0 / 120.0,        1.0 / 720.0,
                                         1.0 / 5040.0,     1.0 / 40320.0,     1.0 / 362880.0,     1.0 / 3628800.0,
                                         1.0 / 39916800.0, 1.0 / 479001600.0, 1.0 / 6227020800.0, 1.0 / 87178291200.0};

/// exp(x) = 2^k * (1 + m), |m| < 0.42, relative error of m below 2^-57.
struct exp_parts {
    int k = 0;
    two m{};
};

/// exp of x.hi + x.lo, |x| < 800.
constexpr exp_parts exp_split(two x) {
    const double magic = 0x1.8p52;  // adding it rounds to an integer
    const double k = sub(add(mul(x.hi, 0x1.71547652b82fep+0), magic), magic);
    const two a = two_sum(x.hi, -mul(k, ln2[0]));
    const two b = two_sum(a.hi, -mul(k, ln2[1]));
    const two r = fast_two_sum(b.hi, add(add(a.lo, b.lo), sub(x.lo, mul(k, ln2[2]))));
    const two q = two_prod(r.hi, r.hi);
    const double tail = mul(mul(q.hi, r.hi), polynomial(r.hi, exp_terms));
    const two s = fast_two_sum(r.hi, mul(0.5, q.hi));
    const double low = add(mul(0.5, q.lo), add(tail, mul(r.lo, add(1.0, r.hi))));
    return {static_cast<int>(k), fast_two_sum(s.hi, add(s.lo, low))};
}

/// exp(x) as a pair, for -690 < x < 700.
constexpr two exp_pair(two x) {
    const exp_parts e = exp_split(x);
    const two s = add(two{1, 0}, e.m);
    return {mul(s.hi, power_of_two(e.k)), mul(s.lo, power_of_two(e.k))};
}

/// exp(x) - 1 as a pair, for |x| < 100.
constexpr two expm1_pair(double x) {
    const exp_parts e = exp_split({x, 0});
    if (e.k == 0) return e.m;
    const double p = power_of_two(e.k);
    return add(two_sum(p, -1.0), two{mul(e.m.hi, p), mul(e.m.lo, p)});
}

/// 2/3, 2/5, ... 2/25: log(m) = 2 s + 2/3 s^3 + ... with s = (m - 1)/(m + 1)
inline constexpr double log_terms[12] = {2.0 / 3.0,  2.0 / 5.0,  2.0 / 7.0,  2.0 / 9.0,  2.0 / 11.0, 2.0 / 13.0,
                                         2.0 / 15.0, 2.0 / 17.0, 2.0 / 19.0, 2.0 / 21.0, 2.0 / 23.0, 2.0 / 25.0};

/// Square root of an integer in [2^52, 2^54), with 54 bits: the last is for rounding, and there is never a tie.
constexpr std::uint64_t square_root_bits(std::uint64_t m) {
    std::uint64_t root = 0, rest = 0;
    for (int i = 0; i < 54; ++i) {  // 27 pairs of digits of m, then zeros
        rest = (rest << 2U) | (i < 27 ? (m >> static_cast<unsigned>(52 - 2 * i)) & 3U : 0U);
        const std::uint64_t trial = (root << 2U) | 1U;
        root <<= 1U;
        if (rest >= trial) {
            rest -= trial;
            root |= 1U;
        }
    }
    return root;
}

}  // namespace elementary::detail

namespace elementary {

/// e^x. Overflows to infinity above 709.782712893384, goes through subnormals to 0 below -745.13; exp(-inf) = 0,
/// exp(inf) = inf, exp(NaN) = NaN.
constexpr double exp(double x) {
    if (detail::is_nan(x)) return detail::nan();
    if (detail::bits_of(x) == detail::infinity_bits || x > 710) return detail::infinity();
    if (detail::magnitude_bits(x) == detail::infinity_bits || x < -746) return 0;
    const detail::exp_parts e = detail::exp_split({x, 0});
    const detail::two s = detail::fast_two_sum(1.0, e.m.hi);
    return detail::scaled(detail::add(s.hi, detail::add(s.lo, e.m.lo)), e.k);
}

/// e^x - 1, accurate near 0: expm1(+-0) = +-0, tiny x gives x; -1 towards -inf, inf above 709.79, NaN for NaN.
constexpr double expm1(double x) {
    if (detail::is_nan(x)) return detail::nan();
    if (detail::magnitude(x) < 0x1p-54) return x;
    if (detail::is_negative(x) && detail::magnitude_bits(x) > detail::bits_of(40.0)) return -1;
    if (detail::magnitude_bits(x) > detail::bits_of(40.0)) return exp(x);  // the 1 is below half an ulp / 16
    return detail::expm1_pair(x).hi;
}

/// Natural logarithm. log(1) = 0, log(+-0) = -inf, log(inf) = inf, NaN for x < 0 and NaN.
constexpr double log(double x) {
    if (detail::magnitude_bits(x) == 0) return -detail::infinity();
    if (detail::is_nan(x) || detail::is_negative(x)) return detail::nan();
    if (detail::bits_of(x) == detail::infinity_bits) return x;
    int k = 0;
    if (detail::bits_of(x) < 0x10000000000000U) {  // subnormal
        x = detail::mul(x, 0x1p54);
        k = -54;
    }
    k += static_cast<int>(detail::bits_of(x) >> 52U) - 1023;
    double m = detail::from_bits((detail::bits_of(x) & 0xfffffffffffffU) | 0x3ff0000000000000U);
    if (m > 0x1.6a09e667f3bcdp+0) {  // sqrt 2
        m = detail::mul(m, 0.5);
        ++k;
    }
    const double f = detail::sub(m, 1.0);
    const detail::two s = detail::div(detail::two{f, 0}, detail::two_sum(m, 1.0));
    const double q = detail::mul(s.hi, s.hi);
    const double tail = detail::mul(detail::mul(q, s.hi), detail::polynomial(q, detail::log_terms));
    const detail::two small = detail::fast_two_sum(2 * s.hi, detail::add(2 * s.lo, tail));
    const detail::two large = detail::two_sum(k * detail::ln2[0], k * detail::ln2[1]);
    return detail::add(large, small).hi;
}

/// Hyperbolic tangent: tanh(+-0) = +-0, tiny x gives x, +-1 from |x| = 20 on, NaN for NaN.
constexpr double tanh(double x) {
    if (detail::is_nan(x)) return detail::nan();
    const double a = detail::magnitude(x);
    if (a < 0x1p-28) return x;
    if (detail::bits_of(a) >= detail::bits_of(20.0)) return detail::with_sign(1, x);
    const detail::two e = detail::expm1_pair(2 * a);
    return detail::with_sign(detail::div(e, detail::add(e, detail::two{2, 0})).hi, x);
}

/// 1 / (1 + e^-x): 0 at -inf (through subnormals), 1 from x = 40 on, NaN for NaN.
constexpr double sigmoid(double x) {
    if (detail::is_nan(x)) return detail::nan();
    if (detail::magnitude_bits(x) >= detail::bits_of(40.0)) return detail::is_negative(x) ? exp(x) : 1.0;
    const detail::two e = detail::exp_pair({-detail::magnitude(x), 0});
    const detail::two one{1, 0};
    return detail::div(detail::is_negative(x) ? e : one, detail::add(one, e)).hi;
}

/// Error function: erf(+-0) = +-0, +-1 from |x| = 6 on, NaN for NaN. Sums up to 150 terms; not for inner loops.
constexpr double erf(double x) {
    const detail::two two_over_sqrt_pi{0x1.20dd750429b6dp+0, 0x1.1ae3a914fed80p-56};
    if (detail::is_nan(x)) return detail::nan();
    const double a = detail::magnitude(x);
    if (detail::bits_of(a) >= detail::bits_of(6.0)) return detail::with_sign(1, x);
    if (a < 0x1p-500)  // scaled, so that the low part of the product exists
        return detail::with_sign(
            detail::mul(detail::mul(two_over_sqrt_pi, detail::two{detail::mul(a, 0x1p600), 0}).hi, 0x1p-600), x);
    const detail::two square = detail::two_prod(a, a);
    detail::two term{1, 0}, sum{1, 0};  // erf = 2/sqrt(pi) x exp(-x^2) (1 + 2x^2/3 + (2x^2)^2/15 + ...)
    for (int n = 3; term.hi > sum.hi * 0x1p-70; n += 2) {
        term = detail::div(detail::mul(term, detail::two{2 * square.hi, 2 * square.lo}), detail::two{1.0 * n, 0});
        sum = detail::add(sum, term);
    }
    const detail::two scale = detail::mul(two_over_sqrt_pi, detail::exp_pair(detail::negated(square)));
    return detail::with_sign(detail::mul(detail::mul(scale, sum), detail::two{a, 0}).hi, x);
}

/// Square root, correctly rounded: sqrt(+-0) = +-0, sqrt(inf) = inf, NaN for x < 0 and NaN.
constexpr double sqrt(double x) {
    if (detail::magnitude_bits(x) == 0 || detail::bits_of(x) == detail::infinity_bits) return x;
    if (detail::is_nan(x) || detail::is_negative(x)) return detail::nan();
    std::uint64_t m = detail::bits_of(x);
    int e = static_cast<int>(m >> 52U);
    m &= 0xfffffffffffffU;
    if (e == 0)
        for (e = 1; m < 0x10000000000000U; --e) m <<= 1U;
    else
        m |= 0x10000000000000U;
    e -= 1075;  // x = m * 2^e
    if (e % 2 != 0) {
        m <<= 1U;
        --e;
    }
    const std::uint64_t root = detail::square_root_bits(m);
    const auto rounded = static_cast<double>((root >> 1U) + (root & 1U));
    return detail::mul(rounded, detail::power_of_two(e / 2 - 26));
}

/// 1 / sqrt(x): rsqrt(+-0) = +-inf, rsqrt(inf) = 0, NaN for x < 0 and NaN.
constexpr double rsqrt(double x) {
    if (detail::magnitude_bits(x) == 0) return detail::with_sign(detail::infinity(), x);
    if (detail::is_nan(x) || detail::is_negative(x)) return detail::nan();
    if (detail::bits_of(x) == detail::infinity_bits) return 0;
    if (x < 0x1p-800) return detail::mul(rsqrt(detail::mul(x, 0x1p200)), 0x1p100);  // s * s has a low part then
    const double s = sqrt(x);
    const detail::two square = detail::two_prod(s, s);  // x = s^2 + d, so 1/sqrt(x) = 1/s - d/(2 s^3)
    const double d = detail::sub(detail::sub(x, square.hi), square.lo);
    return detail::div(detail::two{1, 0}, detail::two{s, detail::div(d, 2 * s)}).hi;
}

constexpr float exp(float x) { return static_cast<float>(exp(static_cast<double>(x))); }
constexpr float expm1(float x) { return static_cast<float>(expm1(static_cast<double>(x))); }
constexpr float log(float x) { return static_cast<float>(log(static_cast<double>(x))); }
constexpr float tanh(float x) { return static_cast<float>(tanh(static_cast<double>(x))); }
constexpr float sigmoid(float x) { return static_cast<float>(sigmoid(static_cast<double>(x))); }
constexpr float erf(float x) { return static_cast<float>(erf(static_cast<double>(x))); }
constexpr float sin(float x) { return static_cast<float>(sin(static_cast<double>(x))); }
/// Correctly rounded in float32 too.
constexpr float sqrt(float x) { return static_cast<float>(sqrt(static_cast<double>(x))); }
constexpr float rsqrt(float x) { return static_cast<float>(rsqrt(static_cast<double>(x))); }

}  // namespace elementary

QUANTYPE_END_NAMESPACE
