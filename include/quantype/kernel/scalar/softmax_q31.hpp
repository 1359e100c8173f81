// SPDX-License-Identifier: BSL-1.0
// The specification of softmax by the fixed-point rule of TensorFlow Lite (contract/softmax.hpp).
#pragma once
#include <quantype/kernel/contract/softmax.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::scalar {

namespace detail {

template <code_type In, code_type Out>
constexpr void softmax_q31_row(const In* x, Out* y, int length, const softmax_q31::input_scaling& scaling) {
    std::int32_t top = x[0];
    for (int i = 1; i < length; ++i) top = x[i] > top ? x[i] : top;
    const auto exponential = [&](std::int32_t diff) {
        return softmax_q31::exp_of_negative(softmax_q31::scaled_difference(diff, scaling));
    };
    std::int32_t sum = 0;
    for (int i = 0; i < length; ++i)
        if (x[i] - top >= scaling.diff_min) sum += softmax_q31::as_term(exponential(x[i] - top));
    const softmax_q31::reciprocal r = softmax_q31::reciprocal_of(sum);
    for (int i = 0; i < length; ++i) {
        const std::int32_t diff = x[i] - top;
        const std::int32_t steps = diff >= scaling.diff_min ? softmax_q31::share(exponential(diff), r) : 0;
        y[i] = static_cast<Out>(quantype::clamp(steps + lowest_code<Out>, lowest_code<Out>, highest_code<Out>));
    }
}

}  // namespace detail

/// For shapes known at run time only.
template <code_type In, code_type Out>
constexpr void softmax_q31_loop(const rows_config& config, const softmax_q31_args<In, Out>& args) {
    for (int r = 0; r < config.rows; ++r)
        detail::softmax_q31_row(args.input + static_cast<std::ptrdiff_t>(r) * config.input_row(),
                                args.output + static_cast<std::ptrdiff_t>(r) * config.output_row(), config.length,
                                args.scaling);
}

template <rows_config Config, code_type In, code_type Out>
constexpr void softmax_q31(const softmax_q31_args<In, Out>& args) {
    static_assert(Config.valid(), "softmax: extents must be positive and strides at least as long as a row");
    softmax_q31_loop(Config, args);
}

}  // namespace kernel::scalar

QUANTYPE_END_NAMESPACE
