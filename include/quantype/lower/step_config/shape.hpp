// SPDX-License-Identifier: BSL-1.0
// Configurations of ops that move codes.
#pragma once
#include <quantype/kernel/contract/cat.hpp>
#include <quantype/kernel/contract/transpose.hpp>
#include <quantype/lower/plan/shape.hpp>
#include <quantype/lower/step_values.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

constexpr kernel::transpose_config transpose_config_of(const element_moves& m) {
    kernel::transpose_config c;
    c.rank = m.rank > 0 ? m.rank : 1;
    for (int i = 0; i < m.rank; ++i) {
        c.extents[i] = m.extents[i];
        c.strides[i] = m.strides[i];
    }
    c.offset = m.offset;
    return c;
}
constexpr kernel::transpose_config move_config_of(const attributes& a, const plan_value& x) {
    return transpose_config_of(move_levels_of(a, x));
}
/// Broadcasting written out: axes of one element repeat.
constexpr kernel::transpose_config expand_config_of(const plan_value& x, const plan_value& y) {
    const axis_strides s = dense_strides(x.extents);
    element_moves m;
    for (int d = 0; d < y.extents.rank; ++d) {
        const int k = d - (y.extents.rank - x.extents.rank);
        m.level(y.extents[d], k < 0 || x.extents[k] == 1 ? 0 : s.of[k]);
    }
    return transpose_config_of(m);
}
/// stack is cat of values with one axis more, of one element.
constexpr kernel::cat_config cat_config_of(const attributes& a, const plan_value* values, const plan_step& s) {
    kernel::cat_config c;
    const plan_value& first = values[s.inputs[0]];
    const int rank = first.extents.rank + (a.code == op_code::stack ? 1 : 0);
    int axis = a.axes[0] < 0 ? a.axes[0] + rank : a.axes[0];
    if (first.order == value_order::channels_last && axis == 1) axis = first.extents.rank - 1;
    c.count = s.input_count;
    for (int k = 0; k < s.input_count; ++k) {
        const shape m = memory_extents(values[s.inputs[k]]);
        c.lengths[k] = 1;
        for (int d = axis; d < m.rank; ++d) c.lengths[k] *= m[d];
        c.outer = count_of(values[s.inputs[k]]) / c.lengths[k];
    }
    return c;
}

}  // namespace detail

/// Scale, zero point and "same as the output" of one input of cat.
struct cat_operand {
    float scale = 1.0f;
    std::int32_t zero_point = 0;
    bool keep = false;
};

QUANTYPE_END_NAMESPACE
