// SPDX-License-Identifier: BSL-1.0
// Configurations of pools.
#pragma once
#include <quantype/kernel/contract/avg_pool3d.hpp>
#include <quantype/kernel/contract/max_pool3d.hpp>
#include <quantype/kernel/contract/resize.hpp>
#include <quantype/lower/step_values.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// Kernel, stride and padding of a window over 1 or 2 axes; 1-d: height 1.
template <class Config>
constexpr void set_window(Config& c, const window& w) {
    const int last = w.rank - 1;
    c.kernel_width = w.kernel[last];
    c.stride_width = w.stride[last];
    c.padding.left = w.pad_before[last];
    c.padding.right = w.pad_after[last];
    if (w.rank < 2) return;
    c.kernel_height = w.kernel[0];
    c.stride_height = w.stride[0];
    c.padding.top = w.pad_before[0];
    c.padding.bottom = w.pad_after[0];
}
template <class Config>
constexpr Config volume_config(const plan_value& x, const plan_value& y) {
    Config c;
    c.batch = x.extents[0];
    c.channels = x.extents[1];
    for (int i = 0; i < 3; ++i) {
        c.input[i] = x.extents[2 + i];
        c.output[i] = y.extents[2 + i];
    }
    return c;
}
template <class Config>
constexpr Config volume_config(const attributes& a, const plan_value& x, const plan_value& y) {
    Config c = volume_config<Config>(x, y);
    for (int i = 0; i < 3; ++i) {
        c.kernel[i] = a.geometry.kernel[i];
        c.stride[i] = a.geometry.stride[i];
        c.padding[i] = a.geometry.pad_before[i];
    }
    return c;
}
constexpr kernel::max_pool3d_config max_pool3d_config_of(const attributes& a, const plan_value& x,
                                                         const plan_value& y) {
    auto c = volume_config<kernel::max_pool3d_config>(a, x, y);
    for (int i = 0; i < 3; ++i) c.dilation[i] = a.geometry.dilation[i];
    return c;
}
/// Volumes are channels last: the rule of such images.
constexpr kernel::avg_pool3d_config avg_pool3d_config_of(const attributes& a, const plan_value& x,
                                                         const plan_value& y) {
    auto c = volume_config<kernel::avg_pool3d_config>(a, x, y);
    c.count_include_pad = a.count_include_pad;
    return c;
}
constexpr kernel::avg_pool3d_config adaptive3d_config_of(const plan_value& x, const plan_value& y) {
    auto c = volume_config<kernel::avg_pool3d_config>(x, y);
    c.adaptive = true;
    return c;
}
constexpr kernel::resize_config resize_config_of(const attributes& a, const plan_value& x, const plan_value& y) {
    return {x.extents[0], image_of(x), image_of(y),
            a.groups == 2 ? kernel::resize_mode::bilinear : kernel::resize_mode::nearest};
}
constexpr kernel::max_pool2d_config max_pool_config_of(const attributes& a, const plan_value& x, const plan_value& y,
                                                       bool mobile) {
    const window& w = a.geometry;
    kernel::max_pool2d_config c;
    c.batch = x.extents[0];
    c.input = image_of(x);
    c.output = image_of(y);
    set_window(c, w);
    c.dilation_width = w.dilation[w.rank - 1];
    if (w.rank == 2) c.dilation_height = w.dilation[0];
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
    set_window(c, w);
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
