// SPDX-License-Identifier: BSL-1.0
// Configurations of linear layers, convolutions and matrix products.
#pragma once
#include <quantype/kernel/contract/conv2d_add.hpp>
#include <quantype/kernel/contract/conv3d.hpp>
#include <quantype/kernel/contract/conv_transpose2d.hpp>
#include <quantype/kernel/contract/linear.hpp>
#include <quantype/kernel/contract/matmul.hpp>
#include <quantype/lower/step_values.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

constexpr kernel::linear_config linear_config_of(const attributes& a, const plan_value& x, bool zero_point = false) {
    kernel::linear_config c;
    c.rows = count_of(x) / a.in;
    c.in_features = a.in;
    c.out_features = a.out;
    c.weight_zero_point = zero_point;
    c.input_lo = x.bounds.lo;
    c.input_hi = x.bounds.hi;
    return c;
}
/// A linear layer of these sizes.
constexpr kernel::linear_config linear_rows(int rows, int in, int out) {
    kernel::linear_config c;
    c.rows = rows;
    c.in_features = in;
    c.out_features = out;
    return c;
}
constexpr kernel::conv2d_config conv2d_config_of(const attributes& a, const plan_value& x, const plan_value& y) {
    const window& w = a.geometry;
    const int last = w.rank - 1;
    kernel::conv2d_config c;
    c.batch = x.extents[0];
    c.input = image_of(x);
    c.output = image_of(y);
    c.kernel_width = w.kernel[last];
    c.stride_width = w.stride[last];
    c.dilation_width = w.dilation[last];
    c.padding.left = w.pad_before[last];
    c.padding.right = w.pad_after[last];
    if (w.rank == 2) {
        c.kernel_height = w.kernel[0];
        c.stride_height = w.stride[0];
        c.dilation_height = w.dilation[0];
        c.padding.top = w.pad_before[0];
        c.padding.bottom = w.pad_after[0];
    }
    c.groups = a.groups;
    c.input_lo = x.bounds.lo;
    c.input_hi = x.bounds.hi;
    return c;
}
constexpr kernel::conv2d_add_config conv2d_add_config_of(const attributes& a, const plan_value& x,
                                                         const plan_value& addend, const plan_value& y) {
    return {conv2d_config_of(a, x, y), image_of(addend)};
}
/// 1-d: height 1.
constexpr kernel::conv_transpose2d_config conv_transpose2d_config_of(const attributes& a, const plan_value& x,
                                                                     const plan_value& y) {
    const window& w = a.geometry;
    const int last = w.rank - 1;
    kernel::conv_transpose2d_config c;
    c.batch = x.extents[0];
    c.input = image_of(x);
    c.output = image_of(y);
    c.kernel_width = w.kernel[last];
    c.stride_width = w.stride[last];
    c.dilation_width = w.dilation[last];
    c.padding_left = w.pad_before[last];
    if (w.rank == 2) {
        c.kernel_height = w.kernel[0];
        c.stride_height = w.stride[0];
        c.dilation_height = w.dilation[0];
        c.padding_top = w.pad_before[0];
    }
    c.groups = a.groups;
    return c;
}
/// Of a transposed convolution too.
constexpr kernel::conv3d_config conv3d_config_of(const attributes& a, const plan_value& x) {
    kernel::conv3d_config c;
    c.batch = x.extents[0];
    c.in_channels = a.in;
    c.out_channels = a.out;
    c.groups = a.groups;
    c.transposed = a.code == op_code::conv_transpose;
    for (int i = 0; i < 3; ++i) {
        c.input[i] = x.extents[2 + i];
        c.kernel[i] = a.geometry.kernel[i];
        c.stride[i] = a.geometry.stride[i];
        c.padding[i] = a.geometry.pad_before[i];
        c.dilation[i] = a.geometry.dilation[i];
        if (c.transposed) c.output_padding[i] = a.axes[i];
    }
    return c;
}
constexpr kernel::matmul_config matmul_config_of(const plan_value& a, const plan_value& b) {
    kernel::matmul_config c;
    c.rows = a.extents[-2];
    c.depth = a.extents[-1];
    c.columns = b.extents[-1];
    const int a_count = count_of(a) / (c.rows * c.depth), b_count = count_of(b) / (c.depth * c.columns);
    c.batch = a_count > b_count ? a_count : b_count;
    c.a_repeats = a_count < c.batch;
    c.b_repeats = b_count < c.batch;
    return c;
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
