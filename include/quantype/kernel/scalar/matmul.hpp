// SPDX-License-Identifier: BSL-1.0
// The specification of the product of two quantized matrices (contract/matmul.hpp).
#pragma once
#include <quantype/kernel/contract/matmul.hpp>
#include <quantype/numerics/requantize.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::scalar {

/// For shapes known at run time only.
template <class Policy, code_type A, code_type B, code_type Out>
constexpr void matmul_loop(const matmul_config& config, const matmul_args<A, B, Out, typename Policy::params>& args) {
    for (int n = 0; n < config.batch; ++n) {
        const A* a = args.a + (config.a_repeats ? 0 : static_cast<std::ptrdiff_t>(n) * config.rows * config.depth);
        const B* b = args.b + (config.b_repeats ? 0 : static_cast<std::ptrdiff_t>(n) * config.depth * config.columns);
        Out* y = args.output + static_cast<std::ptrdiff_t>(n) * config.rows * config.columns;
        for (int r = 0; r < config.rows; ++r) {
            for (int c = 0; c < config.columns; ++c) {
                std::int32_t acc = Policy::start(args.params);
                for (int k = 0; k < config.depth; ++k)
                    acc +=
                        (a[r * config.depth + k] - args.a_zero_point) * (b[k * config.columns + c] - args.b_zero_point);
                y[r * config.columns + c] = static_cast<Out>(
                    Policy::apply(acc, args.params, args.output_zero_point, args.output_lo, args.output_hi));
            }
        }
    }
}

template <matmul_config Config, class Policy, code_type A, code_type B, code_type Out>
constexpr void matmul(const matmul_args<A, B, Out, typename Policy::params>& args) {
    static_assert(Config.valid(), "matmul: extents must be positive");
    matmul_loop<Policy>(Config, args);
}

}  // namespace kernel::scalar

QUANTYPE_END_NAMESPACE
