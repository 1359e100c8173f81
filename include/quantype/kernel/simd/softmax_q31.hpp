// SPDX-License-Identifier: BSL-1.0
// Softmax by TensorFlow Lite's fixed-point rule (contract/softmax.hpp) on batches: the functions of
// numerics/softmax_q31.hpp, without saturating steps that its arguments never reach.
#pragma once
#include <quantype/kernel/contract/softmax.hpp>
#include <quantype/kernel/simd/elementwise.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd {

namespace detail {

template <class Arch>
QUANTYPE_SIMD_INLINE ints<Arch> shift_half_away(const ints<Arch>& x, int n) {
    return shift_half_away<Arch>(x, ints<Arch>(n));
}

/// e^a for -1/4 <= a < 0, Q0.31.
template <class Arch>
QUANTYPE_SIMD_INLINE ints<Arch> exp_near_zero(const ints<Arch>& a) {
    const ints<Arch> constant_term(1895147668), one_third(715827883);
    const ints<Arch> x = a + ints<Arch>(std::int32_t{1} << 28);
    const ints<Arch> x2 = doubling_high_mul<Arch>(x, x);
    const ints<Arch> x3 = doubling_high_mul<Arch>(x2, x);
    const ints<Arch> x4_over_4 = shift_half_away<Arch>(doubling_high_mul<Arch>(x2, x2), 2);
    const ints<Arch> tail = shift_half_away<Arch>(doubling_high_mul<Arch>(x4_over_4 + x3, one_third) + x2, 1);
    return constant_term + doubling_high_mul<Arch>(constant_term, x + tail);
}

/// e^a for a <= 0: a in Q5.26, the result in Q0.31.
template <class Arch>
QUANTYPE_SIMD_INLINE ints<Arch> exp_of_negative(const ints<Arch>& a) {
    constexpr std::int32_t quarter = std::int32_t{1} << 24;
    constexpr std::int32_t powers[7] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
    const ints<Arch> part = (a & ints<Arch>(quarter - 1)) - ints<Arch>(quarter);
    const ints<Arch> remainder = part - a;
    ints<Arch> result = exp_near_zero<Arch>(part << softmax_q31::difference_bits);
    for (int k = 0; k < 7; ++k) {
        const ints<Arch> has = ints<Arch>(0) - ((remainder >> ints<Arch>(24 + k)) & ints<Arch>(1));
        result = (doubling_high_mul<Arch>(result, ints<Arch>(powers[k])) & has) | (result & ~has);
    }
    const ints<Arch> not_zero = (a | (ints<Arch>(0) - a)) >> 31;
    return (result & not_zero) | (ints<Arch>(2147483647) & ~not_zero);
}

/// 1 / (1 + x) for 0 <= x < 1, Q0.31.
template <class Arch>
QUANTYPE_SIMD_INLINE ints<Arch> reciprocal_of_one_plus(const ints<Arch>& x) {
    // (x + (2^31 - 1) + 1) / 2 without leaving 32 bits: x >= 0, and both halves are exact.
    const ints<Arch> half_denominator = (x >> 1) + ints<Arch>(std::int32_t{1} << 30);
    ints<Arch> r = ints<Arch>(1515870810) + doubling_high_mul<Arch>(half_denominator, ints<Arch>(-1010580540));
    for (int i = 0; i < 3; ++i) {
        const ints<Arch> rest = ints<Arch>(std::int32_t{1} << 29) - doubling_high_mul<Arch>(half_denominator, r);
        r += doubling_high_mul<Arch>(r, rest) << 2;
    }
    // times 2, saturated
    const ints<Arch> most((std::int32_t{1} << 30) - 1);
    const ints<Arch> too_large = (most - r) >> 31;
    return ((r << 1) & ~too_large) | (ints<Arch>(2147483647) & too_large);
}

/// What the two passes over a row share.
template <class Arch>
struct fixed_softmax {
    softmax_q31::input_scaling scaling;

    /// e^(difference) in Q0.31, and where the difference counts (all ones) or not.
    QUANTYPE_SIMD_INLINE ints<Arch> exponential(const ints<Arch>& diff) const {
        const ints<Arch> scaled =
            doubling_high_mul<Arch>(diff << ints<Arch>(scaling.left_shift), ints<Arch>(scaling.multiplier));
        return exp_of_negative<Arch>(scaled);
    }
    QUANTYPE_SIMD_INLINE ints<Arch> counts(const ints<Arch>& diff) const {
        return ~((diff - ints<Arch>(scaling.diff_min)) >> 31);
    }
};

template <class Arch, class In, class Out>
QUANTYPE_SIMD_INLINE void softmax_q31_row(const In* x, Out* y, int length, const fixed_softmax<Arch>& f) {
    std::int32_t largest = x[0];
    for (int i = 1; i < length; ++i) largest = x[i] > largest ? x[i] : largest;
    const ints<Arch> top(largest);
    std::uint32_t sum = 0;
    for (int i = 0; i < length; i += width<Arch>) {
        const quads<Arch> q = split<In, Arch>(load<Arch>(x + i, length - i));
        alignas(most_alignment) std::uint32_t terms[4][lanes<Arch>];
        for (int j = 0; j < 4; ++j) {
            const ints<Arch> diff = q.part[j] - top;
            const ints<Arch> term = shift_half_away<Arch>(f.exponential(diff), softmax_q31::sum_bits) & f.counts(diff);
            bits<std::uint32_t>(term).store_aligned(terms[j]);
        }
        for (int k = 0; k < width<Arch> && i + k < length; ++k) sum += terms[k % 4][k / 4];
    }
    const int headroom = __builtin_clz(sum);
    const auto above_one = static_cast<std::int32_t>((sum << headroom) - (std::uint32_t{1} << 31));
    const ints<Arch> mantissa = reciprocal_of_one_plus<Arch>(ints<Arch>(above_one));
    const int shift = softmax_q31::share_shift({0, softmax_q31::sum_bits - headroom});
    if (shift > 31) {
        for (int i = 0; i < length; ++i) y[i] = lowest_code<Out>;
        return;
    }
    const target<Arch> to(lowest_code<Out>, lowest_code<Out>, highest_code<Out>);
    for (int i = 0; i < length; i += width<Arch>) {
        quads<Arch> q = split<In, Arch>(load<Arch>(x + i, length - i));
        for (ints<Arch>& part : q.part) {
            const ints<Arch> diff = part - top;
            const ints<Arch> share =
                shift_half_away<Arch>(doubling_high_mul<Arch>(mantissa, f.exponential(diff)), shift) & f.counts(diff);
            part = clamp_to_code<Arch>(share, to);
        }
        store<Arch>(y + i, merge<Arch>(q), length - i);
    }
}

}  // namespace detail

/// See contract/softmax.hpp; same bits as scalar::softmax_q31.
template <vector_arch Arch, rows_config Config, code_type In, code_type Out>
void softmax_q31(const softmax_q31_args<In, Out>& args) {
    static_assert(Config.valid(), "softmax: extents must be positive and strides at least as long as a row");
    constexpr std::ptrdiff_t input_row = Config.input_row(), output_row = Config.output_row();
    const detail::fixed_softmax<Arch> f{args.scaling};
    for (int r = 0; r < Config.rows; ++r)
        detail::softmax_q31_row<Arch>(args.input + r * input_row, args.output + r * output_row, Config.length, f);
}

}  // namespace kernel::simd

QUANTYPE_END_NAMESPACE
#endif
