// SPDX-License-Identifier: BSL-1.0
// float32 and float64 arithmetic that rounds after every operation, whatever the compiler was told: no contraction to
// fused multiply-add, no reassociation, no reciprocal in place of a division. Usable in constant expressions.
#pragma once
#include <cstdint>
#include <type_traits>

#include <quantype/version.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace exact {

namespace detail {

// An empty statement that claims to change the value: the optimiser cannot combine what stands before it with what
// stands after it, yet the function is inlined and the value stays in its register.
inline float opaque(float x) {
#if defined(__x86_64__) || defined(__SSE__)
    __asm__("" : "+x"(x));
#elif defined(__aarch64__)
    __asm__("" : "+w"(x));
#elif defined(__arm__) && defined(__ARM_FP)
    __asm__("" : "+t"(x));
#elif defined(__riscv_flen)
    __asm__("" : "+f"(x));
#elif defined(__arm__) || defined(__riscv)
    __asm__("" : "+r"(x));
#else
    volatile float memory = x;
    x = memory;
#endif
    return x;
}

inline double opaque(double x) {
#if defined(__x86_64__) || defined(__SSE2__)
    __asm__("" : "+x"(x));
#elif defined(__aarch64__)
    __asm__("" : "+w"(x));
#elif defined(__riscv_flen) && __riscv_flen >= 64
    __asm__("" : "+f"(x));
#else
    volatile double memory = x;
    x = memory;
#endif
    return x;
}

// Hides both operands of a division in one statement. Hidden one by one, the divisor of two quotients would be one
// value again (such statements with the same input may be merged), whose reciprocal -ffast-math shares.
inline void opaque_both(float& a, float& b) {
#if defined(__x86_64__) || defined(__SSE__)
    __asm__("" : "+x"(a), "+x"(b));
#elif defined(__aarch64__)
    __asm__("" : "+w"(a), "+w"(b));
#elif defined(__arm__) && defined(__ARM_FP)
    __asm__("" : "+t"(a), "+t"(b));
#elif defined(__riscv_flen)
    __asm__("" : "+f"(a), "+f"(b));
#elif defined(__arm__) || defined(__riscv)
    __asm__("" : "+r"(a), "+r"(b));
#else
    a = opaque(a);
    b = opaque(b);
#endif
}
inline void opaque_both(double& a, double& b) {
#if defined(__x86_64__) || defined(__SSE2__)
    __asm__("" : "+x"(a), "+x"(b));
#elif defined(__aarch64__)
    __asm__("" : "+w"(a), "+w"(b));
#elif defined(__riscv_flen) && __riscv_flen >= 64
    __asm__("" : "+f"(a), "+f"(b));
#else
    a = opaque(a);
    b = opaque(b);
#endif
}
template <class Real>
constexpr Real quotient(Real a, Real b) {
    if (!std::is_constant_evaluated()) opaque_both(a, b);
    return a / b;
}

}  // namespace detail

/// The same value, of which the optimiser knows nothing at run time. Ties the knot after an unprotected operation.
constexpr float opaque(float x) {
    if (std::is_constant_evaluated()) return x;
    return detail::opaque(x);
}

constexpr double opaque(double x) {
    if (std::is_constant_evaluated()) return x;
    return detail::opaque(x);
}

/// a * b, a + b, a - b rounded to float32 (nearest, ties to even), never fused with a neighbouring operation.
constexpr float mul(float a, float b) { return opaque(a * b); }
constexpr float add(float a, float b) { return opaque(a + b); }
constexpr float sub(float a, float b) { return opaque(a - b); }

/// a / b rounded once; the operands are hidden too, so that no shared reciprocal is formed under -ffast-math.
constexpr float div(float a, float b) { return opaque(detail::quotient(a, b)); }

/// The same in float64. Mixed operands do not compile: every widening is written out.
constexpr double mul(double a, double b) { return opaque(a * b); }
constexpr double add(double a, double b) { return opaque(a + b); }
constexpr double sub(double a, double b) { return opaque(a - b); }
constexpr double div(double a, double b) { return opaque(detail::quotient(a, b)); }

/// int32 to float32, rounded to nearest even where |x| > 2^24.
template <class Int>
    requires(sizeof(Int) == 4 && static_cast<Int>(3) / static_cast<Int>(2) == 1 && static_cast<Int>(-1) < 0)
constexpr float to_float(Int x) {  // not std::int32_t: that may be long, and then an int would be ambiguous
    return opaque(static_cast<float>(x));
}

/// float64 to float32, rounded to nearest even. The name of "f32(...)" in the formulas.
constexpr float to_float(double x) { return opaque(static_cast<float>(x)); }

}  // namespace exact

QUANTYPE_END_NAMESPACE
