// SPDX-License-Identifier: BSL-1.0
// Kernel configurations from the plan: a step's values and attributes become the static facts a kernel is keyed by.
#pragma once
#include <quantype/kernel/contract/cat.hpp>
#include <quantype/kernel/contract/conv2d.hpp>
#include <quantype/kernel/contract/conv3d.hpp>
#include <quantype/kernel/contract/elementwise.hpp>
#include <quantype/kernel/contract/linear.hpp>
#include <quantype/kernel/contract/lookup.hpp>
#include <quantype/kernel/contract/matmul.hpp>
#include <quantype/kernel/contract/pool.hpp>
#include <quantype/kernel/contract/quantize.hpp>
#include <quantype/lower/plan.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

constexpr int count_of(const plan_value& v) { return static_cast<int>(v.extents.count()); }

/// A value as NHWC images: (N, C) is 1 x 1, (N, C, L) is 1 x L, (N, C, D, H, W) is (D * H) x W.
constexpr kernel::image_layout image_of(const plan_value& v) {
    const shape& s = v.extents;
    kernel::image_layout l;
    l.channels = s.rank > 1 ? s[1] : 1;
    l.width = s.rank > 2 ? s[-1] : 1;
    for (int d = 2; d < s.rank - 1; ++d) l.height *= s[d];
    return l;
}

/// Extents in the order they lie in memory.
constexpr shape memory_extents(const plan_value& v) {
    if (v.order == value_order::contiguous || v.extents.rank < 3) return v.extents;
    shape s = v.extents;
    for (int d = 1; d + 1 < s.rank; ++d) s[d] = v.extents[d + 1];
    s[-1] = v.extents[1];
    return s;
}

constexpr kernel::quantize_config quantize_config_of(const plan_value& codes) {
    if (codes.order == value_order::channels_last)
        return {codes.extents[0], image_of(codes), kernel::element_order::nchw};
    kernel::image_layout flat;
    flat.channels = count_of(codes);
    return {1, flat, kernel::element_order::same};
}
constexpr kernel::permute_config permute_config_of(const plan_value& from, const plan_value& to) {
    return {from.extents[0], image_of(from), to.order == value_order::contiguous};
}
constexpr kernel::rows_config flat_config(const plan_value& v) { return {1, count_of(v)}; }
constexpr kernel::rows_config last_axis_config(const plan_value& v) {
    const shape s = memory_extents(v);
    return {count_of(v) / s[-1], s[-1]};
}
constexpr kernel::linear_config linear_config_of(const attributes& a, const plan_value& x, bool zero_point = false) {
    kernel::linear_config c;
    c.rows = count_of(x) / a.in;
    c.in_features = a.in;
    c.out_features = a.out;
    c.weight_zero_point = zero_point;
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
    return c;
}
constexpr kernel::conv3d_config conv3d_config_of(const attributes& a, const plan_value& x) {
    kernel::conv3d_config c;
    c.batch = x.extents[0];
    c.in_channels = a.in;
    c.out_channels = a.out;
    c.groups = a.groups;
    for (int i = 0; i < 3; ++i) {
        c.input[i] = x.extents[2 + i];
        c.kernel[i] = a.geometry.kernel[i];
        c.stride[i] = a.geometry.stride[i];
        c.padding[i] = a.geometry.pad_before[i];
        c.dilation[i] = a.geometry.dilation[i];
    }
    return c;
}
constexpr kernel::elementwise_config elementwise_config_of(const plan_value& a, const plan_value& b) {
    if (a.extents == b.extents) return kernel::elementwise(count_of(a));
    const shape p = memory_extents(a), q = memory_extents(b);
    return kernel::elementwise_broadcast(p.dims, p.rank, q.dims, q.rank);
}
constexpr kernel::cat_config cat_config_of(const attributes& a, const plan_value* values, const plan_step& s) {
    kernel::cat_config c;
    const plan_value& first = values[s.inputs[0]];
    int axis = a.axes[0] < 0 ? a.axes[0] + first.extents.rank : a.axes[0];
    if (first.order == value_order::channels_last && axis == 1) axis = first.extents.rank - 1;
    c.count = s.input_count;
    for (int k = 0; k < s.input_count; ++k) {
        const shape m = memory_extents(values[s.inputs[k]]);
        c.lengths[k] = 1;
        for (int d = axis; d < m.rank; ++d) c.lengths[k] *= m[d];
        c.outer = count_of(values[s.inputs[k]]) / c.lengths[k];
    }
    return c;
}
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
constexpr kernel::matmul_config matmul_config_of(const plan_value& a, const plan_value& b) {
    kernel::matmul_config c;
    c.rows = a.extents[-2];
    c.depth = a.extents[-1];
    c.columns = b.extents[-1];
    c.batch = count_of(a) / (c.rows * c.depth);
    return c;
}

/// Attributes of the call that a step computes (the first part of a fused module).
constexpr const attributes& attributes_of(const prepared_view& p, const graph_view& g, const plan_step& s) {
    const node& n = g[s.node];
    return p.trace.calls[n.fusion < 0 ? n.origin : g.fusions[n.fusion].parts[0]].attrs();
}
/// True when a relu is merged into the step's op: by fusion or by lowering.
constexpr bool has_relu(const prepared_view& p, const graph_view& g, const plan_step& s) {
    const node& n = g[s.node];
    if (n.relu) return true;
    if (n.fusion < 0) return false;
    const fusion& f = g.fusions[n.fusion];
    return f.count > 1 && p.trace.calls[f.parts[f.count - 1]].attrs().code == op_code::relu;
}

}  // namespace detail

/// What a kernel call needs that is known only after conversion. Which members a step uses depends on its kind.
struct step_data {
    const void* weight = nullptr;    ///< int8 codes in the kernel's layout
    const void* channels = nullptr;  ///< parameters: of each output channel, of the whole op, or of each input
    const void* table = nullptr;     ///< lookup table, exponentials, weight scales or float parameters
    std::int32_t a_zero_point = 0;
    std::int32_t b_zero_point = 0;
    std::int32_t output_zero_point = 0;
    std::int32_t lo = 0;
    std::int32_t hi = 255;
    float scale = 1.0f;  ///< quantize: 1 / scale; dequantize: scale; softmax and cat: 1 / output scale
    bool relu = false;
    bool reduce_range = false;
};

/// Scale, zero point and "same as the output" of one input of cat.
struct cat_operand {
    float scale = 1.0f;
    std::int32_t zero_point = 0;
    bool keep = false;
};

QUANTYPE_END_NAMESPACE
