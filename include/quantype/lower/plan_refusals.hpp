// SPDX-License-Identifier: BSL-1.0
// Which nodes of a lowered graph the executor cannot run, and why. PyTorch's graphs hold more than there are kernels
// for: what is prepared and converted here, and not run, is refused by name before anything is planned.
#pragma once
#include <quantype/kernel/float32/evaluate.hpp>
#include <quantype/lower/lower_graph.hpp>
#include <quantype/lower/plan_types.hpp>
#include <quantype/model/fused_tail.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// True when a sum behind the root of a fused node joins values of one shape: no kernel broadcasts there.
constexpr bool sums_equal_shapes(const prepared_view& p, const graph_view& g, int i) {
    const shape& sum = p.trace.shape_of(g[i]);
    const shape* operand = &sum;
    for_each_input(g, i, [&](const argument& a) { operand = &p.trace.shape_of(g[a.value]); });  // the last input
    return *operand == sum && p.trace.calls[g.fusions[g[i].fusion].parts[0]].out == sum;
}

/// Kernels work on a weighted op with at most a batch norm folded in, and behind it a relu; behind a linear layer also
/// a leaky relu or tanh, behind a 2-d convolution also a sum, with or without relu.
constexpr bool has_kernel_for_parts(const prepared_view& p, const graph_view& g, int i) {
    if (g[i].fusion < 0) return true;
    const attributes& root = p.trace.calls[g.fusions[g[i].fusion].parts[0]].attrs();
    switch (tail_of(p.trace, g, i)) {
        case fused_tail::none:
        case fused_tail::relu: return true;
        case fused_tail::leaky_relu:
        case fused_tail::tanh: return root.code == op_code::linear;
        case fused_tail::add:
        case fused_tail::add_relu:
            return root.code == op_code::conv && root.geometry.rank <= 2 && sums_equal_shapes(p, g, i);
        case fused_tail::other: break;
    }
    return false;
}

/// The same in float32: any later part with one input, and sums as above.
constexpr bool has_float_form(const prepared_view& p, const graph_view& g, int i) {
    const node& n = g[i];
    if (n.fusion < 0)
        return n.op->evaluate != nullptr || kernel::float32::has_float_form(p.trace.calls[n.origin].attrs().code);
    const fusion& f = g.fusions[n.fusion];
    const bool sum = is_sum(tail_of(p.trace, g, i));
    for (int k = 0; k < f.count; ++k) {
        const op_code c = p.trace.calls[f.parts[k]].attrs().code;
        if (!kernel::float32::has_float_form(c)) return false;
        if (k > 0 && !sum && (c == op_code::add || c == op_code::mul)) return false;
    }
    return !sum || sums_equal_shapes(p, g, i);
}

/// Dynamic kernels: linear and recurrent ones, on quint8 or float16 inputs.
constexpr plan_error refused_dynamic(const prepared_view& p, const graph_view& g, int i) {
    const dtype type = p.observer(g[i].observer).args.dtype;
    if (type != dtype::quint8 && type != dtype::float16) return plan_error::no_kernel;
    return has_kernel_for_parts(p, g, i) ? plan_error::none : plan_error::no_kernel;
}

/// Why node `i` cannot be run; none when the planner may try.
constexpr plan_error refusal_of(const prepared_view& p, const graph_view& g, int i) {
    const node& n = g[i];
    switch (n.op->code) {
        case op_code::input:
        case op_code::output: return plan_error::none;
        case op_code::quantize:
        case op_code::quantize_dynamic:
        case op_code::to_dtype:
        case op_code::dequantize:
        case op_code::parameter:
        case op_code::qparam:
        case op_code::size: return plan_error::none;
        default: break;
    }
    if (n.op == &standalone_op) return plan_error::none;
    if (n.form == node_form::dynamic) return refused_dynamic(p, g, i);
    if (n.form == node_form::quantized) return has_kernel_for_parts(p, g, i) ? plan_error::none : plan_error::no_kernel;
    return has_float_form(p, g, i) ? plan_error::none : plan_error::no_float_kernel;
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
