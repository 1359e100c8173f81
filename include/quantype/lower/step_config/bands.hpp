// SPDX-License-Identifier: BSL-1.0
// Configurations of the kernel calls of a band: some rows of an image, whose padding above and below is in memory.
#pragma once
#include <quantype/lower/step_config/elementwise.hpp>
#include <quantype/lower/step_config/image.hpp>
#include <quantype/lower/step_config/matrix.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

constexpr plan_value rows_of(plan_value v, int rows) {
    v.extents[2] = rows;
    return v;
}
/// The rows that one call reads, and those it writes.
constexpr plan_value rows_read(const band_link& l, const plan_value& x) {
    return rows_of(x, (l.call_rows - 1) * l.stride + l.span);
}
constexpr plan_value rows_written(const band_link& l, const plan_value& y) { return rows_of(y, l.call_rows); }

/// A window's attributes without padding above and below.
constexpr attributes rows_attributes(attributes a) {
    a.geometry.pad_before[0] = a.geometry.pad_after[0] = 0;
    return a;
}

/// The configuration of a convolution's calls: those of its band, or the one of the whole image. `link`: its
/// plan.link_of, or -1.
template <class Plan>
constexpr kernel::conv2d_config conv2d_config_in(const Plan& plan, int link, const attributes& a, const plan_step& s) {
    const plan_value &x = plan.values[s.inputs[0]], &y = plan.values[s.output];
    if (link < 0) return conv2d_config_of(a, x, y);
    const band_link& l = plan.links[link];
    return conv2d_config_of(rows_attributes(a), rows_read(l, x), rows_written(l, y));
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
