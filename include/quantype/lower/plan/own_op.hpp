// SPDX-License-Identifier: BSL-1.0
// Plans ops for which the backend brings its own kernel.
#pragma once
#include <quantype/lower/plan_writer.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// True for a node that own_lowering made: its op is the lowering, not what the model called.
constexpr bool is_own_op(const prepared_view& p, const graph_view& g, int i) {
    if (g[i].form != node_form::quantized || g[i].op->code != op_code::custom) return false;
    for (int k = 0; k < p.backend.pattern_count; ++k)
        if (p.backend.patterns[k].lowered == g[i].op) return true;
    return false;
}

/// False when the op belongs to another family.
constexpr bool plan_own_op(plan_writer& w, int i) {
    if (!is_own_op(w.prepared, w.graph, i)) return false;
    const int count = w.input_values(i);
    if (count > max_step_inputs) return w.fail(plan_error::too_many_inputs, i), true;
    int values[max_step_inputs] = {};
    for (int k = 0; k < count; ++k) values[k] = w.in_order(w.input_value(i, k), value_order::contiguous);
    w.add_step(step_kind::own_op, i);
    for (int k = 0; k < count; ++k) w.read(values[k]);
    w.write(w.add_codes(i, w.type_of_slot(w.slot_of(i)), w.slot_of(i), value_order::contiguous));
    return true;
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
