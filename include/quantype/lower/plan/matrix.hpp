// SPDX-License-Identifier: BSL-1.0
// Plans ops that multiply by a weight, and the product of two values.
#pragma once
#include <quantype/lower/plan_writer.hpp>
#include <quantype/model/fused_tail.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

constexpr int constant_node(const plan_writer& w, int v) { return v < 0 ? -1 : w.value(v).node; }

/// A module carries its weight; a function reads it.
constexpr void plan_product(plan_writer& w, step_kind kind, int i, value_order order) {
    const int x = w.in_order(w.input_value(i), order);
    w.observed_step(kind, i, x, order);
    if (w.graph[i].kind != node_kind::call_function) return;
    w.plan.steps.back().weight_node = constant_node(w, w.input_value(i, 1));
    w.plan.steps.back().bias_node = constant_node(w, w.input_value(i, 2));
}

/// A convolution to whose result another value is added, both channels last.
constexpr void plan_conv_add(plan_writer& w, int i) {
    const int x = w.in_order(w.input_value(i, 0), value_order::channels_last);
    const int addend = w.in_order(w.input_value(i, 1), value_order::channels_last);
    w.observed_step(step_kind::conv_add, i, x, value_order::channels_last);
    w.read(addend);
}

/// An operand of a product of matrices with the batch of the result: the kernel repeats one matrix, other broadcasting
/// is written out.
constexpr int with_batch(plan_writer& w, int i, int v) {
    v = w.in_order(v, value_order::contiguous);
    const plan_value have = w.value(v);
    const shape& y = w.extents(i);
    shape want = y;
    want[-2] = have.extents[-2];
    want[-1] = have.extents[-1];
    const bool one_matrix = have.extents.count() == static_cast<std::int64_t>(want[-2]) * want[-1];
    if (one_matrix || have.extents.count() == want.count()) return v;
    w.add_step(step_kind::expand, i);
    w.read(v);
    const int full = w.add_codes_between(i, want, have.type, have.qparams, value_order::contiguous);
    w.write(full);
    return full;
}

constexpr void plan_matmul(plan_writer& w, int i) {
    const int x = with_batch(w, i, w.input_value(i, 0));
    const int y = with_batch(w, i, w.input_value(i, 1));
    w.add_step(step_kind::matmul, i);
    w.read(x);
    w.read(y);
    w.write(w.add_codes(i, w.type_of_slot(w.slot_of(i)), w.slot_of(i), value_order::contiguous));
}

/// False when the op belongs to another family.
constexpr bool plan_matrix(plan_writer& w, int i) {
    switch (w.attrs_of_root(i).code) {
        case op_code::conv:
            if (is_sum(tail_of(w.prepared.trace, w.graph, i))) return plan_conv_add(w, i), true;
            return plan_product(w, step_kind::conv, i, value_order::channels_last), true;
        case op_code::conv_transpose:
            return plan_product(w, step_kind::conv_transpose, i, value_order::channels_last), true;
        case op_code::linear: return plan_product(w, step_kind::linear, i, value_order::contiguous), true;
        case op_code::matmul: return plan_matmul(w, i), true;
        default: return false;
    }
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
