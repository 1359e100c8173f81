// SPDX-License-Identifier: BSL-1.0
// Configurations of ops that move codes.
#pragma once
#include <quantype/kernel/contract/cat.hpp>
#include <quantype/lower/step_values.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

constexpr kernel::cat_config cat_config_of(const attributes& a, const plan_value* values, const plan_step& s) {
    kernel::cat_config c;
    const plan_value& first = values[s.inputs[0]];
    int axis = a.axes[0] < 0 ? a.axes[0] + first.extents.rank : a.axes[0];
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
