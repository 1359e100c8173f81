// SPDX-License-Identifier: BSL-1.0
// Configurations of pools.
#pragma once
#include <quantype/kernel/contract/pool.hpp>
#include <quantype/lower/step_values.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

constexpr kernel::max_pool2d_config max_pool_config_of(const attributes& a, const plan_value& x, const plan_value& y,
                                                       bool mobile) {
    const window& w = a.geometry;
    kernel::max_pool2d_config c;
    c.batch = x.extents[0];
    c.input = image_of(x);
    c.output = image_of(y);
    c.kernel_height = w.kernel[0];
    c.kernel_width = w.kernel[1];
    c.stride_height = w.stride[0];
    c.stride_width = w.stride[1];
    c.dilation_height = w.dilation[0];
    c.dilation_width = w.dilation[1];
    c.padding = {w.pad_before[0], w.pad_after[0], w.pad_before[1], w.pad_after[1]};
    if (mobile && !w.ceil_mode && x.type == dtype::quint8) c.rule = kernel::max_pool_rule::clamp_coordinates;
    return c;
}
constexpr kernel::avg_pool2d_config avg_pool_config_of(const attributes& a, const plan_value& x, const plan_value& y,
                                                       kernel::avg_pool_rule rule) {
    const window& w = a.geometry;
    kernel::avg_pool2d_config c;
    c.batch = x.extents[0];
    c.input = image_of(x);
    c.output = image_of(y);
    c.kernel_height = w.kernel[0];
    c.kernel_width = w.kernel[1];
    c.stride_height = w.stride[0];
    c.stride_width = w.stride[1];
    c.padding = {w.pad_before[0], w.pad_after[0], w.pad_before[1], w.pad_after[1]};
    c.count_include_pad = a.count_include_pad;
    c.divisor_override = a.divisor_override;
    c.rule = rule;
    if (rule == kernel::avg_pool_rule::mobile && (w.ceil_mode || x.type != dtype::quint8))
        c.rule = kernel::avg_pool_rule::round_then_zero_point;
    return c;
}
constexpr kernel::adaptive_avg_pool2d_config adaptive_config_of(const plan_value& x, const plan_value& y,
                                                                kernel::avg_pool_rule rule) {
    kernel::adaptive_avg_pool2d_config c;
    c.batch = x.extents[0];
    c.input = image_of(x);
    c.output.channels = c.input.channels;
    if (y.extents.rank == x.extents.rank) c.output = image_of(y);
    c.rule = rule == kernel::avg_pool_rule::mobile ? kernel::avg_pool_rule::round_then_zero_point : rule;
    return c;
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
