// SPDX-License-Identifier: BSL-1.0
// Plans ops that work element by element: sums, products, activations by table or by clamping.
#pragma once
#include <quantype/lower/plan_writer.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

constexpr void plan_unary(plan_writer& w, step_kind kind, int i) {
    const int x = w.input_value(i);
    if (kind == step_kind::clamp && w.clamp_in_place(i, x)) return;
    if (kind == step_kind::clamp)
        w.keeping_step(kind, i, x, w.value(x).order);
    else
        w.observed_step(kind, i, x, w.value(x).order);
}

/// One weight is a table for all; a weight for each channel a table for each.
constexpr void plan_prelu(plan_writer& w, int i) {
    if (w.attrs_of_root(i).in == 1) return plan_unary(w, step_kind::lookup, i);
    const int x = w.in_order(w.input_value(i), value_order::contiguous);
    w.observed_step(step_kind::channel_lookup, i, x, value_order::contiguous);
}

constexpr void plan_binary(plan_writer& w, step_kind both, step_kind scalar, int i) {
    const int a = w.input_value(i, 0);
    if (w.input_values(i) == 1)  // the number decides the output's qparams, at conversion
        return w.step(scalar, i, a, w.value(a).type, w.derived(), w.value(a).order);
    value_order order = w.value(a).order;
    if (w.value(a).extents.rank < 3) order = w.value(w.input_value(i, 1)).order;
    if (w.value(a).extents.rank != w.value(w.input_value(i, 1)).extents.rank) order = value_order::contiguous;
    const int x = w.in_order(a, order);
    const int y = w.in_order(w.input_value(i, 1), order);
    w.add_step(both, i);
    w.read(x);
    w.read(y);
    w.write(w.add_codes(i, w.type_of_slot(w.slot_of(i)), w.slot_of(i), order));
}

/// False when the op belongs to another family.
constexpr bool plan_elementwise(plan_writer& w, int i) {
    switch (w.attrs_of_root(i).code) {
        case op_code::relu:
        case op_code::relu6:
        case op_code::clamp:
        case op_code::hardtanh: return plan_unary(w, step_kind::clamp, i), true;
        case op_code::sigmoid:
        case op_code::tanh:
        case op_code::hardswish:
        case op_code::leaky_relu:
        case op_code::elu:
        case op_code::hardsigmoid: return plan_unary(w, step_kind::lookup, i), true;
        case op_code::prelu: return plan_prelu(w, i), true;
        case op_code::add: return plan_binary(w, step_kind::add, step_kind::add_scalar, i), true;
        case op_code::mul: return plan_binary(w, step_kind::mul, step_kind::mul_scalar, i), true;
        default: return false;
    }
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
