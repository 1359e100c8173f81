// SPDX-License-Identifier: BSL-1.0
// Plans ops that slide over images, channels last: pools and means over the spatial axes.
#pragma once
#include <quantype/lower/plan_writer.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

constexpr void plan_pool(plan_writer& w, step_kind kind, int i) {
    const int x = w.in_order(w.input_value(i), value_order::channels_last);
    w.keeping_step(kind, i, x, value_order::channels_last);
}

constexpr void plan_mean(plan_writer& w, int i) {
    const attributes& a = w.attrs(i);
    const shape& s = w.value(w.input_value(i)).extents;
    bool spatial = s.rank > 2 && a.axis_count == s.rank - 2;
    for (int k = 0; k < a.axis_count; ++k) spatial = spatial && plan_writer::axis(a.axes[k], s) >= 2;
    if (!spatial) return w.fail(plan_error::no_kernel, i);
    plan_pool(w, step_kind::adaptive_avg_pool, i);
}

/// False when the op belongs to another family.
constexpr bool plan_image(plan_writer& w, int i) {
    switch (w.attrs_of_root(i).code) {
        case op_code::max_pool: return plan_pool(w, step_kind::max_pool, i), true;
        case op_code::avg_pool: return plan_pool(w, step_kind::avg_pool, i), true;
        case op_code::adaptive_avg_pool: return plan_pool(w, step_kind::adaptive_avg_pool, i), true;
        case op_code::mean: return plan_mean(w, i), true;
        default: return false;
    }
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
