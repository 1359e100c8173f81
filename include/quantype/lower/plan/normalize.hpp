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

constexpr void plan_softmax(plan_writer& w, int i) {
    int x = w.input_value(i);
    const shape& s = w.value(x).extents;
    const int dim = plan_writer::axis(w.attrs(i).axes[0], s);
    if (dim == 1 && s.rank > 2)
        x = w.in_order(x, value_order::channels_last);
    else if (dim == s.rank - 1)
        x = w.in_order(x, value_order::contiguous);
    else
        return w.fail(plan_error::no_kernel, i);
    w.observed_step(step_kind::softmax, i, x, w.value(x).order);
}

/// False when the op belongs to another family.
constexpr bool plan_normalize(plan_writer& w, int i) {
    switch (w.attrs_of_root(i).code) {
        case op_code::batch_norm: return plan_batch_norm(w, i), true;
        case op_code::softmax: return plan_softmax(w, i), true;
        default: return false;
    }
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
