// SPDX-License-Identifier: BSL-1.0
// Chooses the steps that compute a lowered graph and the layout of the values between them. A new op goes into the file
// of its family: lower/plan, lower/step_config, pack and run/step have the same ones.
#pragma once
#include <quantype/lower/bands.hpp>
#include <quantype/lower/code_bounds.hpp>
#include <quantype/lower/place_values.hpp>
#include <quantype/lower/plan/borders.hpp>
#include <quantype/lower/plan/elementwise.hpp>
#include <quantype/lower/plan/float_ops.hpp>
#include <quantype/lower/plan/image.hpp>
#include <quantype/lower/plan/matrix.hpp>
#include <quantype/lower/plan/normalize.hpp>
#include <quantype/lower/plan/own_op.hpp>
#include <quantype/lower/plan/sequences.hpp>
#include <quantype/lower/plan/shape.hpp>
#include <quantype/lower/plan/standalone.hpp>
#include <quantype/lower/plan_refusals.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

constexpr void plan_quantized(plan_writer& w, int i) {
    const int x = w.input_value(i);
    if (plan_sequence(w, i)) return;
    if (x >= 0 && !w.value(x).codes) return plan_on_half(w, i);
    const bool planned = plan_own_op(w, i) || plan_matrix(w, i) || plan_elementwise(w, i) || plan_image(w, i) ||
                         plan_normalize(w, i) || plan_shape(w, i);
    if (!planned) w.fail(plan_error::no_kernel, i);
}

constexpr void plan_node(plan_writer& w, int i) {
    const node& n = w.graph[i];
    switch (n.op->code) {
        case op_code::quantize: return plan_quantize(w, i);
        case op_code::quantize_dynamic: return plan_quantize_dynamic(w, i);
        case op_code::dequantize: return plan_dequantize(w, i);
        case op_code::to_dtype: return plan_half(w, i);
        case op_code::size: return;
        default: break;
    }
    if (n.form == node_form::quantized) return plan_quantized(w, i);
    if (n.form == node_form::dynamic) return plan_dynamic(w, i);
    if (!plan_standalone(w, i) && !plan_sequence(w, i)) plan_float(w, i);
}

/// `clamps`: kernels clamp codes to the QConfig's range.
constexpr plan_builder make_plan(const prepared_view& p, const graph_view& g, bool clamps, band_policy bands,
                                 const part_plan* parts = nullptr) {
    plan_writer w(p, g, parts);
    int inputs = 0;
    for (int i = g.first; i >= 0 && w.plan.error == plan_error::none; i = g[i].next) {
        if (const plan_error why = refusal_of(p, g, i); why != plan_error::none)
            w.fail(why, i);
        else if (g[i].kind == node_kind::placeholder)
            plan_input(w, i, inputs++);
        else if (g[i].kind == node_kind::get_attr)
            plan_parameter(w, i);
        else if (g[i].kind == node_kind::output)
            plan_outputs(w, i);
        else
            plan_node(w, i);
    }
    if (clamps && w.plan.error == plan_error::none) find_code_bounds(p, w.plan);
    if (bands != band_policy::none && w.plan.error == plan_error::none) find_bands(p, g, w.plan, bands);
    w.plan.arena_bytes = arena_placement(w.plan.values).run();
    return w.plan;
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
