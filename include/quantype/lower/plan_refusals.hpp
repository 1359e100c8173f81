// SPDX-License-Identifier: BSL-1.0
// Which nodes of a lowered graph the executor cannot run, and why. PyTorch's graphs hold more than there are kernels
// for: what is prepared and converted here, and not run, is refused by name before anything is planned.
#pragma once
#include <quantype/kernel/float32/evaluate.hpp>
#include <quantype/lower/lower_graph.hpp>
#include <quantype/lower/plan_types.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// Kernels work on a weighted op with at most a batch norm folded in and a relu behind it.
constexpr bool has_kernel_for_parts(const prepared_view& p, const graph_view& g, int i) {
    if (g[i].fusion < 0) return true;
    const fusion& f = g.fusions[g[i].fusion];
    for (int k = f.folds_batch_norm ? 2 : 1; k < f.count; ++k)
        if (p.trace.calls[f.parts[k]].attrs().code != op_code::relu) return false;
    return true;
}

constexpr bool has_float_form(const prepared_view& p, const graph_view& g, int i) {
    const node& n = g[i];
    if (n.fusion < 0)
        return n.op->evaluate != nullptr || kernel::float32::has_float_form(p.trace.calls[n.origin].attrs().code);
    const fusion& f = g.fusions[n.fusion];
    for (int k = 0; k < f.count; ++k) {
        const op_code c = p.trace.calls[f.parts[k]].attrs().code;
        if (!kernel::float32::has_float_form(c) || (k > 0 && (c == op_code::add || c == op_code::mul))) return false;
    }
    return true;
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
        case op_code::quantize_dynamic: return plan_error::no_kernel;
        case op_code::quantize:
        case op_code::to_dtype:
        case op_code::dequantize:
        case op_code::parameter:
        case op_code::qparam:
        case op_code::size: return plan_error::none;
        default: break;
    }
    if (n.form == node_form::dynamic) return refused_dynamic(p, g, i);
    if (n.form == node_form::quantized) return has_kernel_for_parts(p, g, i) ? plan_error::none : plan_error::no_kernel;
    return has_float_form(p, g, i) ? plan_error::none : plan_error::no_float_kernel;
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
