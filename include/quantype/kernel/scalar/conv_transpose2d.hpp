// SPDX-License-Identifier: BSL-1.0
// The specification of the quantized transposed 2-d convolution (contract/conv_transpose2d.hpp).
#pragma once
#include <quantype/kernel/contract/conv_transpose2d.hpp>
#include <quantype/numerics/requantize.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::scalar {

namespace detail {

// The input position that tap `tap` spreads to output `out`, or -1.
constexpr int transposed_position(int out, int padding, int tap, int dilation, int stride, int size) {
    const int p = out + padding - tap * dilation;
    return p >= 0 && p % stride == 0 && p / stride < size ? p / stride : -1;
}

template <code_type In, class Args>
constexpr std::int32_t conv_transpose2d_sum(const conv_transpose2d_config& config, const Args& args, const In* image,
                                            int oy, int ox, int o) {
    const int depth = config.input.channels / config.groups;
    const int first = o / (config.output.channels / config.groups) * depth;
    const std::int32_t zw = config.weight_zero_point ? args.weight_zero_point : 0;
    const std::int8_t* w =
        args.weight + static_cast<std::ptrdiff_t>(o) * config.kernel_height * config.kernel_width * depth;
    std::int32_t sum = 0;
    for (int i = 0; i < config.kernel_height; ++i) {
        const int y = transposed_position(oy, config.padding_top, i, config.dilation_height, config.stride_height,
                                          config.input.height);
        for (int j = 0; j < config.kernel_width; ++j, w += depth) {
            const int x = transposed_position(ox, config.padding_left, j, config.dilation_width, config.stride_width,
                                              config.input.width);
            if (y < 0 || x < 0) continue;
            const In* p = image + config.input.at(0, y, x) + first;
            for (int c = 0; c < depth; ++c) sum += (p[c] - args.input_zero_point) * (w[c] - zw);
        }
    }
    return sum;
}

}  // namespace detail

/// For shapes known at run time only.
template <class Policy, code_type In, code_type Out>
constexpr void conv_transpose2d_loop(const conv_transpose2d_config& config,
                                     const conv_transpose2d_args<In, Out, typename Policy::params>& args) {
    for (int n = 0; n < config.batch; ++n) {
        const In* image = args.input + config.input.at(n, 0, 0);
        for (int oy = 0; oy < config.output.height; ++oy) {
            for (int ox = 0; ox < config.output.width; ++ox) {
                Out* out = args.output + config.output.at(n, oy, ox);
                for (int o = 0; o < config.output.channels; ++o) {
                    const std::int32_t acc =
                        Policy::start(args.channels[o]) + detail::conv_transpose2d_sum(config, args, image, oy, ox, o);
                    out[o] = static_cast<Out>(
                        Policy::apply(acc, args.channels[o], args.output_zero_point, args.output_lo, args.output_hi));
                }
            }
        }
    }
}

template <conv_transpose2d_config Config, class Policy, code_type In, code_type Out>
constexpr void conv_transpose2d(const conv_transpose2d_args<In, Out, typename Policy::params>& args) {
    static_assert(Config.valid(), "conv_transpose2d: extents and groups must agree");
    conv_transpose2d_loop<Policy>(Config, args);
}

}  // namespace kernel::scalar

QUANTYPE_END_NAMESPACE
