// SPDX-License-Identifier: BSL-1.0
// Plans norms and softmax.
#pragma once
#include <quantype/lower/plan_writer.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

constexpr void plan_batch_norm(plan_writer& w, int i) {
    const int x = w.in_order(w.input_value(i), value_order::channels_last);
    w.observed_step(step_kind::batch_norm, i, x, value_order::channels_last);
}

/// Layer and instance norm: over blocks of neighbouring codes. A function reads its weight and bias.
constexpr void plan_norm(plan_writer& w, int i) {
    const int x = w.in_order(w.input_value(i), value_order::contiguous);
    w.observed_step(step_kind::normalize, i, x, value_order::contiguous);
    if (w.graph[i].kind != node_kind::call_function || w.input_values(i) < 3) return;
    w.plan.steps.back().weight_node = w.value(w.input_value(i, 1)).node;
    w.plan.steps.back().bias_node = w.value(w.input_value(i, 2)).node;
}

/// The kernel works on the last axis in memory: of channels-last images the channels; an axis further in is brought
/// there and back, as the channels of an image of all the axes behind it.
constexpr void plan_softmax(plan_writer& w, int i) {
    int x = w.input_value(i);
    const shape s = w.value(x).extents;
    const int dim = plan_writer::axis(w.attrs(i).axes[0], s);
    if (dim == s.rank - 1 || (dim == 1 && s.rank > 2)) {
        x = w.in_order(x, dim == s.rank - 1 ? value_order::contiguous : value_order::channels_last);
        return w.observed_step(step_kind::softmax, i, x, w.value(x).order);
    }
    shape images(1, s[dim], 1, 1);
    for (int d = 0; d < s.rank; ++d)
        if (d != dim) images[d < dim ? 0 : 3] *= s[d];
    x = w.seen_as(w.in_order(x, value_order::contiguous), images, value_order::contiguous);
    x = w.in_order(x, value_order::channels_last);
    w.add_step(step_kind::softmax, i);
    w.read(x);
    const int slot = w.slot_of(i);
    const int y = w.add_codes_between(i, images, w.type_of_slot(slot), slot, value_order::channels_last);
    w.write(y);
    w.value_of[i] = w.seen_as(w.in_order(y, value_order::contiguous), w.extents(i), value_order::contiguous);
}

/// False when the op belongs to another family.
constexpr bool plan_normalize(plan_writer& w, int i) {
    switch (w.attrs_of_root(i).code) {
        case op_code::batch_norm: return plan_batch_norm(w, i), true;
        case op_code::layer_norm:
        case op_code::instance_norm: return plan_norm(w, i), true;
        case op_code::softmax: return plan_softmax(w, i), true;
        default: return false;
    }
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
