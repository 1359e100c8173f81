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

/// Over all spatial axes a pool to one pixel. Over other neighbouring axes the same, of images whose pixels are the
/// axes that go and whose channels are those behind them.
constexpr void plan_mean(plan_writer& w, int i) {
    const attributes& a = w.attrs(i);
    const int x = w.input_value(i);
    const shape s = w.value(x).extents;
    bool gone[max_rank] = {};
    for (int k = 0; k < a.axis_count; ++k) gone[plan_writer::axis(a.axes[k], s)] = true;
    int first = 0, last = s.rank;
    while (first < s.rank && !gone[first]) ++first;
    while (last > first && !gone[last - 1]) --last;
    for (int d = first; d < last; ++d)
        if (!gone[d]) return w.fail(plan_error::no_kernel, i);
    if (first == last) return w.fail(plan_error::no_kernel, i);
    if (first == 2 && last == s.rank) return plan_pool(w, step_kind::adaptive_avg_pool, i);
    shape images(1, 1, 1, 1);
    for (int d = 0; d < s.rank; ++d) images[d < first ? 0 : d < last ? 3 : 1] *= s[d];
    const int seen = w.seen_as(w.in_order(x, value_order::contiguous), images, value_order::channels_last);
    shape pooled = images;
    pooled[3] = 1;
    w.add_step(step_kind::adaptive_avg_pool, i);
    w.read(seen);
    const int y = w.add_codes_between(i, pooled, w.value(x).type, w.value(x).qparams, value_order::channels_last);
    w.write(y);
    w.value_of[i] = w.seen_as(y, w.extents(i), value_order::contiguous);
}

/// False when the op belongs to another family.
constexpr bool plan_image(plan_writer& w, int i) {
    switch (w.attrs_of_root(i).code) {
        case op_code::max_pool: return plan_pool(w, step_kind::max_pool, i), true;
        case op_code::avg_pool: return plan_pool(w, step_kind::avg_pool, i), true;
        case op_code::adaptive_avg_pool: return plan_pool(w, step_kind::adaptive_avg_pool, i), true;
        case op_code::resize: return plan_pool(w, step_kind::resize, i), true;
        case op_code::mean: return plan_mean(w, i), true;
        default: return false;
    }
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
