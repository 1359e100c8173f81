// SPDX-License-Identifier: BSL-1.0
// Plans ops that move codes or only look at them in another shape.
#pragma once
#include <quantype/lower/plan_writer.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

constexpr void plan_cat(plan_writer& w, int i) {
    const int first = w.input_value(i, 0);
    const value_order order = w.value(first).order;
    int values[max_step_inputs] = {};
    const int count = w.input_values(i);
    if (count > max_step_inputs) return w.fail(plan_error::too_many_inputs, i);
    for (int k = 0; k < count; ++k) values[k] = w.in_order(w.input_value(i, k), order);
    const int dim = plan_writer::axis(w.attrs(i).axes[0], w.value(first).extents);
    if (order == value_order::channels_last && dim > 1) return w.fail(plan_error::no_kernel, i);
    w.add_step(step_kind::cat, i);
    for (int k = 0; k < count; ++k) w.read(values[k]);
    w.write(w.add_codes(i, w.value(first).type, w.value(first).qparams, order));
}

constexpr void plan_same_bytes(plan_writer& w, int i) {
    const op_code code = w.attrs(i).code;
    const bool shape_kept = code == op_code::identity || code == op_code::dropout;
    int x = w.input_value(i);
    if (!shape_kept) x = w.in_order(x, value_order::contiguous);
    plan_value v = w.value(x);
    v.node = i;
    v.extents = w.extents(i);
    w.value_of[i] = w.alias(x, v);
}

/// False when the op belongs to another family.
constexpr bool plan_shape(plan_writer& w, int i) {
    switch (w.attrs_of_root(i).code) {
        case op_code::cat: return plan_cat(w, i), true;
        case op_code::flatten:
        case op_code::reshape:
        case op_code::identity:
        case op_code::dropout: return plan_same_bytes(w, i), true;
        default: return false;
    }
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
