// SPDX-License-Identifier: BSL-1.0
// The specification of the quantized 2-d convolution (contract/conv2d.hpp).
#pragma once
#include <quantype/kernel/contract/conv2d.hpp>
#include <quantype/numerics/requantize.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::scalar {

namespace detail {

// Sum of products of output channel o at (oy, ox). Positions outside the image count only where a halo holds them.
template <code_type In, class Args>
constexpr std::int32_t conv2d_sum(const conv2d_config& config, const Args& args, const In* image, int oy, int ox,
                                  int o) {
    const int depth = config.in_channels_per_group();
    const int first = o / config.out_channels_per_group() * depth;
    const std::int32_t zw = config.weight_zero_point ? args.weight_zero_point : 0;
    const std::int8_t* w = args.weight + static_cast<std::ptrdiff_t>(o) * config.depth();
    std::int32_t sum = 0;
    for (int i = 0; i < config.kernel_height; ++i) {
        const int y = oy * config.stride_height - config.padding.top + i * config.dilation_height;
        for (int j = 0; j < config.kernel_width; ++j, w += depth) {
            const int x = ox * config.stride_width - config.padding.left + j * config.dilation_width;
            if (!config.input.has(y, x)) continue;
            const In* p = image + config.input.at(0, y, x) + first;
            for (int c = 0; c < depth; ++c) sum += (p[c] - args.input_zero_point) * (w[c] - zw);
        }
    }
    return sum;
}

}  // namespace detail

/// For shapes known at run time only.
template <class Policy, code_type In, code_type Out>
constexpr void conv2d_loop(const conv2d_config& config, const conv2d_args<In, Out, typename Policy::params>& args) {
    for (int n = 0; n < config.batch; ++n) {
        const In* image = args.input + config.input.at(n, 0, 0);
        for (int oy = 0; oy < config.output.height; ++oy) {
            for (int ox = 0; ox < config.output.width; ++ox) {
                Out* out = args.output + config.output.at(n, oy, ox);
                for (int o = 0; o < config.output.channels; ++o) {
                    const std::int32_t acc =
                        Policy::start(args.channels[o]) + detail::conv2d_sum(config, args, image, oy, ox, o);
                    out[o] = static_cast<Out>(
                        Policy::apply(acc, args.channels[o], args.output_zero_point, args.output_lo, args.output_hi));
                }
            }
        }
    }
}

template <conv2d_config Config, class Policy, code_type In, code_type Out>
constexpr void conv2d(const conv2d_args<In, Out, typename Policy::params>& args) {
    static_assert(Config.valid(), "conv2d: extents, groups, padding and output size must agree");
    conv2d_loop<Policy>(Config, args);
}

}  // namespace kernel::scalar

QUANTYPE_END_NAMESPACE
