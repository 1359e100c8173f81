// SPDX-License-Identifier: BSL-1.0
// Plans ops that multiply by a weight, and the product of two values.
#pragma once
#include <quantype/lower/plan_writer.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

constexpr int constant_node(const plan_writer& w, int v) { return v < 0 ? -1 : w.value(v).node; }

constexpr void plan_convolution(plan_writer& w, int i) {
    const int x = w.in_order(w.input_value(i), value_order::channels_last);
    w.observed_step(step_kind::conv, i, x, value_order::channels_last);
}

constexpr void plan_linear(plan_writer& w, int i) {
    const int x = w.in_order(w.input_value(i), value_order::contiguous);
    w.observed_step(step_kind::linear, i, x, value_order::contiguous);
    if (w.graph[i].kind != node_kind::call_function) return;
    w.plan.steps.back().weight_node = constant_node(w, w.input_value(i, 1));
    w.plan.steps.back().bias_node = constant_node(w, w.input_value(i, 2));
}

constexpr bool same_batch(const shape& x, const shape& y) {
    bool same = x.rank == y.rank;
    for (int d = 0; d < x.rank - 2; ++d) same = same && x[d] == y[d];
    return same;
}

constexpr void plan_matmul(plan_writer& w, int i) {
    if (!same_batch(w.value(w.input_value(i, 0)).extents, w.value(w.input_value(i, 1)).extents))
        return w.fail(plan_error::no_kernel, i);
    const int x = w.in_order(w.input_value(i, 0), value_order::contiguous);
    const int y = w.in_order(w.input_value(i, 1), value_order::contiguous);
    w.add_step(step_kind::matmul, i);
    w.read(x);
    w.read(y);
    w.write(w.add_codes(i, w.type_of_slot(w.slot_of(i)), w.slot_of(i), value_order::contiguous));
}

/// False when the op belongs to another family.
constexpr bool plan_matrix(plan_writer& w, int i) {
    switch (w.attrs_of_root(i).code) {
        case op_code::conv: return plan_convolution(w, i), true;
        case op_code::linear: return plan_linear(w, i), true;
        case op_code::matmul: return plan_matmul(w, i), true;
        default: return false;
    }
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
