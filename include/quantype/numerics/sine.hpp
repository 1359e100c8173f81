// SPDX-License-Identifier: BSL-1.0
// sin of a double. Part of elementary.hpp: arguments of any size are reduced with the needed 192 bits of 2/pi, in
// integers, so that sin(1e300) is as accurate as sin(1).
#pragma once
#include <quantype/numerics/double_double.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace elementary::detail {

/// 0, then the binary digits of 2/pi, most significant first.
inline constexpr std::uint64_t two_over_pi[21] = {0,
                                                  0xa2f9836e4e441529U,
                                                  0xfc2757d1f534ddc0U,
                                                  0xdb6295993c439041U,
                                                  0xfe5163abdebbc561U,
                                                  0xb7246e3a424dd2e0U,
                                                  0x06492eea09d1921cU,
                                                  0xfe1deb1cb129a73eU,
                                                  0xe88235f52ebb4484U,
                                                  0xe99c7026b45f7e41U,
                                                  0x3991d639835339f4U,
                                                  0x9c845f8bbdf9283bU,
                                                  0x1ff897ffde05980fU,
                                                  0xef2f118b5a0a6d1fU,
                                                  0x6d367ecf27cb09b7U,
                                                  0x4f463f669e5fea2dU,
                                                  0x7527bac7ebe5f17bU,
                                                  0x3d0739f78a5292eaU,
                                                  0x6bfb5fb11f8d5d08U,
                                                  0x56033046fc7b6babU,
                                                  0xf0cfbc209af4361dU};

/// The 64 binary digits that start `bit` digits into the table.
constexpr std::uint64_t digits_at(int bit) {
    const int word = bit / 64, shift = bit % 64;
    if (shift == 0) return two_over_pi[word];
    return (two_over_pi[word] << static_cast<unsigned>(shift)) |
           (two_over_pi[word + 1] >> static_cast<unsigned>(64 - shift));
}

/// 192 bits, most significant word first.
struct bits192 {
    std::uint64_t word[3] = {};
};

/// The low 192 bits of m * w.
constexpr bits192 low_product(std::uint64_t m, const bits192& w) {
    std::uint64_t limb[7] = {};  // 32 bits each, least significant first
    for (int i = 0; i < 6; ++i) {
        const std::uint64_t digit = (w.word[2 - i / 2] >> (i % 2 ? 32U : 0U)) & 0xffffffffU;
        std::uint64_t carry = 0;
        for (int j = 0; j < 2 && i + j < 6; ++j) {
            const std::uint64_t part = (m >> (j ? 32U : 0U)) & 0xffffffffU;
            const std::uint64_t sum = digit * part + limb[i + j] + carry;
            limb[i + j] = sum & 0xffffffffU;
            carry = sum >> 32U;
        }
        if (i + 2 < 6) limb[i + 2] += carry;
    }
    bits192 r;
    for (int i = 0; i < 3; ++i) r.word[2 - i] = limb[2 * i] | (limb[2 * i + 1] << 32U);
    return r;
}

/// x as quadrant * pi/2 + rest, rest in [-pi/4, pi/4].
struct reduced {
    unsigned quadrant = 0;
    two rest{};
};

/// The fraction 0.f as a pair; its first bit is weight 1/2. f is at most 1/2 and holds at least 2^-66.
constexpr two to_two(bits192 f) {
    int e = 0;
    while (e < 128 && (f.word[0] >> 63U) == 0) {
        f.word[0] = (f.word[0] << 1U) | (f.word[1] >> 63U);
        f.word[1] = (f.word[1] << 1U) | (f.word[2] >> 63U);
        f.word[2] <<= 1U;
        ++e;
    }
    const std::uint64_t upper = f.word[0] >> 11U;                                    // 53 bits
    const std::uint64_t lower = ((f.word[0] & 0x7ffU) << 42U) | (f.word[1] >> 22U);  // the next 53
    return fast_two_sum(mul(static_cast<double>(upper), power_of_two(-53 - e)),
                        mul(static_cast<double>(lower), power_of_two(-106 - e)));
}

/// Reduction of x >= 0.5 (Payne and Hanek): digits of 2/pi that only add whole turns are left out, the product with the
/// 53-bit significand keeps 2 bits of quadrant and 190 of fraction. The error is below 2^-137, the rest never below
/// 2^-62.
constexpr reduced reduce_quadrant(double x) {
    const int exponent = static_cast<int>(bits_of(x) >> 52U) - 1075;
    const std::uint64_t m = (bits_of(x) & 0xfffffffffffffU) | 0x10000000000000U;
    const int first = exponent - 2 + 64;  // the table starts with 64 zeros
    const bits192 p = low_product(m, {{digits_at(first), digits_at(first + 64), digits_at(first + 128)}});
    reduced r;
    r.quadrant = static_cast<unsigned>(p.word[0] >> 62U);
    bits192 f{{(p.word[0] << 2U) | (p.word[1] >> 62U), (p.word[1] << 2U) | (p.word[2] >> 62U), p.word[2] << 2U}};
    const bool above_half = (f.word[0] >> 63U) != 0;
    if (above_half) {
        for (std::uint64_t& w : f.word) w = ~w;  // 1 - f, less one unit in 2^-190
        r.quadrant = (r.quadrant + 1) % 4;
    }
    const two fraction = to_two(f);
    r.rest = mul(above_half ? negated(fraction) : fraction, two{0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54});
    return r;
}

inline constexpr double sine_terms[8] = {-1.0 / 6.0,          1.0 / 120.0,         -1.0 / 5040.0,
                                         1.0 / 362880.0,      -1.0 / 39916800.0,   1.0 / 6227020800.0,
                                         -1.0 / 1307674368e3, 1.0 / 355687428096e3};
inline constexpr double cosine_terms[8] = {1.0 / 24.0,          -1.0 / 720.0,          1.0 / 40320.0,
                                           -1.0 / 3628800.0,    1.0 / 479001600.0,     -1.0 / 87178291200.0,
                                           1.0 / 20922789888e3, -1.0 / 6402373705728e3};

/// sin and cos of r in [-pi/4, pi/4].
constexpr double sine_kernel(two r) {
    const double q = mul(r.hi, r.hi);
    const double tail = mul(mul(q, r.hi), polynomial(q, sine_terms));
    return add(r.hi, add(tail, mul(r.lo, sub(1.0, mul(0.5, q)))));
}
constexpr double cosine_kernel(two r) {
    const two q = two_prod(r.hi, r.hi);
    const two s = fast_two_sum(1.0, mul(-0.5, q.hi));
    const double tail = mul(mul(q.hi, q.hi), polynomial(q.hi, cosine_terms));
    return add(s.hi, add(s.lo, sub(sub(tail, mul(0.5, q.lo)), mul(r.lo, r.hi))));
}

}  // namespace elementary::detail

namespace elementary {

/// sin(x), within 1 ulp for every finite x (same method and accuracy up to the largest double). sin(+-0) = +-0, tiny x
/// gives x, infinity and NaN give NaN.
constexpr double sin(double x) {
    if (detail::magnitude_bits(x) >= detail::infinity_bits) return detail::nan();
    const double a = detail::magnitude(x);
    if (a < 0x1p-27) return x;  // x - x^3/6
    if (a < 0.75) return detail::sine_kernel({x, 0});
    const detail::reduced r = detail::reduce_quadrant(a);
    double y = r.quadrant % 2 ? detail::cosine_kernel(r.rest) : detail::sine_kernel(r.rest);
    if (r.quadrant >= 2) y = -y;
    return detail::is_negative(x) ? -y : y;
}

}  // namespace elementary

QUANTYPE_END_NAMESPACE
