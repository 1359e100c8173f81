// SPDX-License-Identifier: BSL-1.0
// Plans ops that move codes or only look at them in another shape.
#pragma once
#include <quantype/core/moves.hpp>
#include <quantype/lower/plan_writer.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// The loop nest of a moving op over a value as it lies in memory.
constexpr element_moves move_levels_of(const attributes& a, const plan_value& x) {
    axis_strides s = dense_strides(x.extents);
    if (x.order == value_order::channels_last && x.extents.rank > 2) {
        int step = x.extents[1];
        for (int d = x.extents.rank - 1; d >= 2; --d) {
            s.of[d] = step;
            step *= x.extents[d];
        }
        s.of[1] = 1;
        s.of[0] = step;
    }
    return moves_of(a, x.extents, s);
}

/// Channels last serves the first two axes; stack makes a new axis and works in logical order.
constexpr void plan_cat(plan_writer& w, int i) {
    const int first = w.input_value(i, 0);
    const int dim = plan_writer::axis(w.attrs(i).axes[0], w.value(first).extents);
    const bool logical = w.attrs(i).code == op_code::stack || dim > 1;
    const value_order order = logical ? value_order::contiguous : w.value(first).order;
    int values[max_step_inputs] = {};
    const int count = w.input_values(i);
    if (count > max_step_inputs) return w.fail(plan_error::too_many_inputs, i);
    for (int k = 0; k < count; ++k) values[k] = w.in_order(w.input_value(i, k), order);
    w.add_step(step_kind::cat, i);
    for (int k = 0; k < count; ++k) w.read(values[k]);
    w.write(w.add_codes(i, w.value(first).type, w.value(first).qparams, order));
}

constexpr void plan_move(plan_writer& w, int i) {
    const int x = w.input_value(i);
    if (move_levels_of(w.attrs(i), w.value(x)).rank > 6) return w.fail(plan_error::no_kernel, i);
    w.keeping_step(step_kind::move, i, x, value_order::contiguous);
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
    if (only_moves(w.attrs_of_root(i).code)) return plan_move(w, i), true;
    switch (w.attrs_of_root(i).code) {
        case op_code::stack:
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
