// SPDX-License-Identifier: BSL-1.0
// The specification of average pooling over volumes (contract/avg_pool3d.hpp).
#pragma once
#include <quantype/kernel/contract/avg_pool3d.hpp>
#include <quantype/kernel/scalar/avg_pool2d.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::scalar {

namespace detail {

/// One axis of a window: positions inside the volume, and how many count for the divisor.
struct span3d {
    int begin = 0;
    int end = 0;
    int counted = 1;
};

constexpr span3d span_of(const avg_pool3d_config& c, int axis, int out) {
    const int size = c.input[axis];
    if (c.adaptive) {
        const int begin = part_begin(out, size, c.output[axis]);
        const int end = part_end(out, size, c.output[axis]);
        return {begin, end, end - begin};
    }
    const int first = out * c.stride[axis] - c.padding[axis];
    const int last = first + c.kernel[axis];
    const int begin = first < 0 ? 0 : first;
    const int end = last > size ? size : last;
    const int padded_end = last > size + c.padding[axis] ? size + c.padding[axis] : last;
    return {begin, end, c.count_include_pad ? padded_end - first : end - begin};
}

template <code_type Code>
constexpr std::int32_t average3d(const avg_pool3d_config& config, const avg_pool3d_args<Code>& args, const Code* x,
                                 const span3d (&w)[3], int c) {
    std::int32_t sum = 0;
    for (int d = w[0].begin; d < w[0].end; ++d)
        for (int i = w[1].begin; i < w[1].end; ++i)
            for (int j = w[2].begin; j < w[2].end; ++j)
                sum += x[((d * config.input[1] + i) * config.input[2] + j) * config.channels + c] - args.zero_point;
    const float n = exact::to_float(w[0].counted * w[1].counted * w[2].counted);
    const bool late = config.rule == avg_pool_rule::zero_point_then_round;
    const float total = exact::to_float(sum);
    const float mean = late && config.adaptive ? exact::div(total, n) : exact::mul(total, exact::div(1.0f, n));
    if (late)
        return quantype::detail::numerics::round_to_code(exact::add(mean, exact::to_float(args.zero_point)), 0,
                                                         args.output_lo, args.output_hi);
    return quantype::detail::numerics::round_to_code(mean, args.zero_point, args.output_lo, args.output_hi);
}

}  // namespace detail

/// For shapes known at run time only.
template <code_type Code>
constexpr void avg_pool3d_loop(const avg_pool3d_config& config, const avg_pool3d_args<Code>& args) {
    const auto volume = static_cast<std::ptrdiff_t>(config.input[0]) * config.input[1] * config.input[2];
    Code* y = args.output;
    for (int n = 0; n < config.batch; ++n) {
        const Code* x = args.input + n * volume * config.channels;
        for (int d = 0; d < config.output[0]; ++d)
            for (int i = 0; i < config.output[1]; ++i)
                for (int j = 0; j < config.output[2]; ++j) {
                    const detail::span3d w[3] = {detail::span_of(config, 0, d), detail::span_of(config, 1, i),
                                                 detail::span_of(config, 2, j)};
                    for (int c = 0; c < config.channels; ++c)
                        *y++ = static_cast<Code>(detail::average3d(config, args, x, w, c));
                }
    }
}

template <avg_pool3d_config Config, code_type Code>
constexpr void avg_pool3d(const avg_pool3d_args<Code>& args) {
    static_assert(Config.valid(), "avg_pool3d: extents must be positive");
    avg_pool3d_loop(Config, args);
}

}  // namespace kernel::scalar

QUANTYPE_END_NAMESPACE
