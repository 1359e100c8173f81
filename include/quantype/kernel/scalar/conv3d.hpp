// SPDX-License-Identifier: BSL-1.0
// The specification of the quantized 3-d convolution and transposed convolution (contract/conv3d.hpp).
#pragma once
#include <quantype/kernel/contract/conv3d.hpp>
#include <quantype/numerics/requantize.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::scalar {

namespace detail {

template <code_type In, class Args>
constexpr std::int32_t conv3d_sum(const conv3d_config& config, const Args& args, const In* volume, const int (&at)[3],
                                  int o) {
    const int depth = config.in_channels / config.groups;
    const int first = o / (config.out_channels / config.groups) * depth;
    const int taps = config.kernel[0] * config.kernel[1] * config.kernel[2];
    const std::int32_t zw = config.weight_zero_point ? args.weight_zero_point : 0;
    const std::int8_t* w = args.weight + static_cast<std::ptrdiff_t>(o) * taps * depth;
    std::int32_t sum = 0;
    for (int t = 0; t < taps; ++t) {
        const int tap[3] = {t / (config.kernel[1] * config.kernel[2]), t / config.kernel[2] % config.kernel[1],
                            t % config.kernel[2]};
        std::ptrdiff_t position = 0;
        bool inside = true;
        for (int axis = 0; axis < 3; ++axis) {
            const int p = config.source(axis, at[axis], tap[axis]);
            inside = inside && p >= 0;
            position = position * config.input[axis] + p;
        }
        if (!inside) continue;
        for (int c = 0; c < depth; ++c)
            sum +=
                (volume[position * config.in_channels + first + c] - args.input_zero_point) * (w[t * depth + c] - zw);
    }
    return sum;
}

}  // namespace detail

/// For shapes known at run time only.
template <class Policy, code_type In, code_type Out>
constexpr void conv3d_loop(const conv3d_config& config, const conv3d_args<In, Out, typename Policy::params>& args) {
    const auto volume = static_cast<std::ptrdiff_t>(config.input[0]) * config.input[1] * config.input[2];
    const int extents[3] = {config.output(0), config.output(1), config.output(2)};
    const int positions = extents[0] * extents[1] * extents[2];
    for (int n = 0; n < config.batch; ++n) {
        const In* x = args.input + n * volume * config.in_channels;
        for (int p = 0; p < positions; ++p) {
            const int at[3] = {p / (extents[1] * extents[2]), p / extents[2] % extents[1], p % extents[2]};
            Out* y = args.output + (static_cast<std::ptrdiff_t>(n) * positions + p) * config.out_channels;
            for (int o = 0; o < config.out_channels; ++o) {
                const std::int32_t acc = Policy::start(args.channels[o]) + detail::conv3d_sum(config, args, x, at, o);
                y[o] = static_cast<Out>(
                    Policy::apply(acc, args.channels[o], args.output_zero_point, args.output_lo, args.output_hi));
            }
        }
    }
}

template <conv3d_config Config, class Policy, code_type In, code_type Out>
constexpr void conv3d(const conv3d_args<In, Out, typename Policy::params>& args) {
    static_assert(Config.valid(), "conv3d: extents, groups, padding and output size must agree");
    conv3d_loop<Policy>(Config, args);
}

}  // namespace kernel::scalar

QUANTYPE_END_NAMESPACE
