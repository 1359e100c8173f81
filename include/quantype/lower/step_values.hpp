// SPDX-License-Identifier: BSL-1.0
// What step configurations of every family are made from: a value's bytes as the kernels see them, a step's attributes,
// and the numbers that are known only after conversion.
#pragma once
#include <quantype/kernel/contract/lookup.hpp>
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

constexpr kernel::rows_config flat_config(const plan_value& v) { return {1, count_of(v)}; }
constexpr kernel::rows_config last_axis_config(const plan_value& v) {
    const shape s = memory_extents(v);
    return {count_of(v) / s[-1], s[-1]};
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

/// The program of a standalone module, which its own model holds: what that module's step has as its table.
struct part_program {
    const step_data* steps = nullptr;
    const float* const* constants = nullptr;
};

QUANTYPE_END_NAMESPACE
