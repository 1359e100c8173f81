// SPDX-License-Identifier: BSL-1.0
// The specification of the quantized fully connected layer (contract/linear.hpp).
#pragma once
#include <quantype/kernel/contract/linear.hpp>
#include <quantype/numerics/requantize.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::scalar {

/// For shapes known at run time only.
template <class Policy, code_type In, code_type Out>
constexpr void linear_loop(const linear_config& config, const linear_args<In, Out, typename Policy::params>& args) {
    const std::int32_t zw = config.weight_zero_point ? args.weight_zero_point : 0;
    for (int m = 0; m < config.rows; ++m) {
        const In* x = args.input + static_cast<std::ptrdiff_t>(m) * config.input_row();
        Out* y = args.output + static_cast<std::ptrdiff_t>(m) * config.output_row();
        for (int n = 0; n < config.out_features; ++n) {
            const std::int8_t* w = args.weight + static_cast<std::ptrdiff_t>(n) * config.in_features;
            std::int32_t acc = Policy::start(args.channels[n]);
            for (int k = 0; k < config.in_features; ++k) acc += (x[k] - args.input_zero_point) * (w[k] - zw);
            y[n] = static_cast<Out>(
                Policy::apply(acc, args.channels[n], args.output_zero_point, args.output_lo, args.output_hi));
        }
    }
}

template <linear_config Config, class Policy, code_type In, code_type Out>
constexpr void linear(const linear_args<In, Out, typename Policy::params>& args) {
    static_assert(Config.valid(), "linear: extents must be positive and strides at least as long as a row");
    linear_loop<Policy>(Config, args);
}

}  // namespace kernel::scalar

QUANTYPE_END_NAMESPACE
