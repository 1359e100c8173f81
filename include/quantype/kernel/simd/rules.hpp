// SPDX-License-Identifier: BSL-1.0
// The rules of binary ops on batches: binary<Arch, Rule>::apply has the bits of Rule::apply.
#pragma once
#include <quantype/kernel/simd/requantize.hpp>
#include <quantype/numerics/mul_rules.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd::detail {

/// Set up once for a tensor; `a` and `b` of apply are codes.
template <class Arch, class Rule>
struct binary;

template <class Arch>
struct operands {
    ints<Arch> a_zero;
    ints<Arch> b_zero;
    target<Arch> to;
    QUANTYPE_SIMD_INLINE explicit operands(const binary_codes& c)
        : a_zero(c.a_zero_point), b_zero(c.b_zero_point), to(c.output_zero_point, c.lo, c.hi) {}
};

template <class Arch>
struct binary<Arch, add_rule::qnnpack> {
    operands<Arch> codes;
    ints<Arch> a_multiplier;
    ints<Arch> b_multiplier;
    ints<Arch> shift;

    QUANTYPE_SIMD_INLINE binary(const add_rule::qnnpack::params& p, const binary_codes& c)
        : codes(c), a_multiplier(p.a_multiplier), b_multiplier(p.b_multiplier), shift(p.shift) {}
    QUANTYPE_SIMD_INLINE ints<Arch> apply(const ints<Arch>& a, const ints<Arch>& b) const {
        const ints<Arch> acc =
            mul32<Arch>(a_multiplier, a - codes.a_zero) + mul32<Arch>(b_multiplier, b - codes.b_zero);
        return clamp_to_code<Arch>(shift_half_away<Arch>(acc, shift), codes.to);
    }
};

template <class Arch, bool Product>
struct float_binary {
    operands<Arch> codes;
    floats<Arch> a_scale;
    floats<Arch> b_scale;
    floats<Arch> inverse;

    QUANTYPE_SIMD_INLINE float_binary(const add_rule::float32::params& p, const binary_codes& c)
        : codes(c), a_scale(p.a_scale), b_scale(p.b_scale), inverse(p.inverse_output_scale) {}
    QUANTYPE_SIMD_INLINE ints<Arch> apply(const ints<Arch>& a, const ints<Arch>& b) const {
        const floats<Arch> x = mul<Arch>(to_float<Arch>(a - codes.a_zero), a_scale);
        const floats<Arch> y = mul<Arch>(to_float<Arch>(b - codes.b_zero), b_scale);
        const floats<Arch> real = Product ? mul<Arch>(x, y) : add<Arch>(x, y);
        return round_to_code<Arch>(mul<Arch>(real, inverse), codes.to);
    }
};
template <class Arch>
struct binary<Arch, add_rule::float32> : float_binary<Arch, false> {
    using float_binary<Arch, false>::float_binary;
};
template <class Arch>
struct binary<Arch, mul_rule::float32> : float_binary<Arch, true> {
    using float_binary<Arch, true>::float_binary;
};

template <class Arch, class Policy>
struct binary<Arch, add_rule::tflite<Policy>> {
    using rule = add_rule::tflite<Policy>;
    operands<Arch> codes;
    q31<Arch> a_multiplier;
    q31<Arch> b_multiplier;
    q31<Arch> output;

    QUANTYPE_SIMD_INLINE binary(const typename rule::params& p, const binary_codes& c)
        : codes(c),
          a_multiplier(ints<Arch>(p.a.q31), ints<Arch>(p.a.shift)),
          b_multiplier(ints<Arch>(p.b.q31), ints<Arch>(p.b.shift)),
          output(ints<Arch>(p.output.q31), ints<Arch>(p.output.shift)) {}
    QUANTYPE_SIMD_INLINE ints<Arch> apply(const ints<Arch>& a, const ints<Arch>& b) const {
        constexpr bool twice = rounds_twice<Policy>;
        const ints<Arch> x = scale<twice, Arch>((a - codes.a_zero) << rule::left_shift, a_multiplier);
        const ints<Arch> y = scale<twice, Arch>((b - codes.b_zero) << rule::left_shift, b_multiplier);
        return clamp_to_code<Arch>(scale<twice, Arch>(x + y, output), codes.to);
    }
};

template <class Arch, class Policy>
struct binary<Arch, mul_rule::requantized<Policy>> {
    operands<Arch> codes;
    channel<Arch, Policy> params;

    QUANTYPE_SIMD_INLINE binary(const typename Policy::params& p, const binary_codes& c) : codes(c), params(&p, 0, 1) {}
    QUANTYPE_SIMD_INLINE ints<Arch> apply(const ints<Arch>& a, const ints<Arch>& b) const {
        return params.apply(mul32<Arch>(a - codes.a_zero, b - codes.b_zero), codes.to);
    }
};

}  // namespace kernel::simd::detail

QUANTYPE_END_NAMESPACE
#endif
