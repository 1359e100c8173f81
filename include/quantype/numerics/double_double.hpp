// SPDX-License-Identifier: BSL-1.0
// Pairs of doubles that carry about 106 bits, from operations that round one by one: the ground of elementary.hpp.
// Nothing here needs a fused multiply-add, so that every machine computes the same bits.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <quantype/numerics/exact.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace elementary::detail {

// Hides a value from the optimiser at run time: what was computed before cannot be fused or regrouped with what
// follows.
inline double opaque(double x) {
#if defined(__x86_64__) || defined(__SSE2__)
    __asm__("" : "+x"(x));
#elif defined(__aarch64__)
    __asm__("" : "+w"(x));
#elif defined(__riscv_flen) && __riscv_flen >= 64
    __asm__("" : "+f"(x));
#elif defined(__GNUC__)
    __asm__("" : "+m"(x));
#endif
    return x;
}

constexpr double pin(double x) {
    if (std::is_constant_evaluated()) return x;
    return opaque(x);
}

constexpr double add(double a, double b) { return pin(a + b); }
constexpr double sub(double a, double b) { return pin(a - b); }
constexpr double mul(double a, double b) { return pin(a * b); }
constexpr double div(double a, double b) { return exact::div(a, b); }

/// The unevaluated sum hi + lo, |lo| at most half a unit in the last place of hi.
struct two {
    double hi = 0;
    double lo = 0;
};

/// a + b without error (Knuth).
constexpr two two_sum(double a, double b) {
    const double s = add(a, b);
    const double t = sub(s, a);
    return {s, add(sub(a, sub(s, t)), sub(b, t))};
}

/// a + b without error when |a| >= |b| or a == 0 (Dekker).
constexpr two fast_two_sum(double a, double b) {
    const double s = add(a, b);
    return {s, sub(b, sub(s, a))};
}

/// The upper and lower 26 bits of a; |a| < 2^996.
constexpr two split(double a) {
    const double c = mul(a, 134217729.0);  // 2^27 + 1
    const double hi = sub(c, sub(c, a));
    return {hi, sub(a, hi)};
}

/// a * b without error, unless the product's low part is below the least subnormal (Dekker).
constexpr two two_prod(double a, double b) {
    const two x = split(a), y = split(b);
    const double p = mul(a, b);
    const double e = add(add(sub(mul(x.hi, y.hi), p), mul(x.hi, y.lo)), mul(x.lo, y.hi));
    return {p, add(e, mul(x.lo, y.lo))};
}

constexpr two add(two a, two b) {
    const two s = two_sum(a.hi, b.hi);
    return fast_two_sum(s.hi, add(s.lo, add(a.lo, b.lo)));
}

constexpr two mul(two a, two b) {
    const two p = two_prod(a.hi, b.hi);
    return fast_two_sum(p.hi, add(p.lo, add(mul(a.hi, b.lo), mul(a.lo, b.hi))));
}

constexpr two div(two a, two b) {
    const double q = div(a.hi, b.hi);
    const two p = two_prod(q, b.hi);
    const double rest = sub(add(sub(sub(a.hi, p.hi), p.lo), a.lo), mul(q, b.lo));
    return fast_two_sum(q, div(rest, b.hi));
}

constexpr two negated(two a) { return {-a.hi, -a.lo}; }

// Classification by bits: comparisons may be folded away under -ffinite-math-only.
constexpr std::uint64_t bits_of(double x) { return std::bit_cast<std::uint64_t>(x); }
constexpr double from_bits(std::uint64_t u) { return std::bit_cast<double>(u); }
constexpr std::uint64_t magnitude_bits(double x) { return bits_of(x) & 0x7fffffffffffffffU; }
constexpr double magnitude(double x) { return from_bits(magnitude_bits(x)); }
constexpr bool is_negative(double x) { return (bits_of(x) >> 63U) != 0; }
constexpr std::uint64_t infinity_bits = 0x7ff0000000000000U;
constexpr bool is_nan(double x) { return magnitude_bits(x) > infinity_bits; }
constexpr double infinity() { return from_bits(infinity_bits); }
constexpr double nan() { return from_bits(0x7ff8000000000000U); }
/// x with the sign of s; x >= 0.
constexpr double with_sign(double x, double s) { return from_bits(bits_of(x) | (bits_of(s) & 0x8000000000000000U)); }

/// 2^k for -1022 <= k <= 1023.
constexpr double power_of_two(int k) { return from_bits(static_cast<std::uint64_t>(k + 1023) << 52U); }

/// x * 2^k for 0.25 < |x| < 4 and any k: one rounding when the result is normal, to infinity or to subnormal if not.
constexpr double scaled(double x, int k) {
    if (k > 1000) return mul(mul(x, power_of_two(1000)), power_of_two(k < 1050 ? k - 1000 : 50));
    if (k < -1000) return mul(mul(x, power_of_two(-900)), power_of_two(k > -1100 ? k + 900 : -200));
    return mul(x, power_of_two(k));
}

/// Polynomial c[0] + c[1] x + ... by Horner's rule, every step rounded.
template <std::size_t N>
constexpr double polynomial(double x, const double (&c)[N]) {
    double y = c[N - 1];
    for (std::size_t i = N - 1; i > 0; --i) y = add(mul(y, x), c[i - 1]);
    return y;
}

}  // namespace elementary::detail

QUANTYPE_END_NAMESPACE
