// SPDX-License-Identifier: BSL-1.0
// Plans ops that stay in float32.
#pragma once
#include <quantype/lower/plan_writer.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

constexpr void plan_float(plan_writer& w, int i) {
    w.add_step(step_kind::float_op, i);
    for (int k = 0; k < w.input_values(i); ++k) w.read(w.input_value(i, k));
    w.write(w.add_float(i, value_place::arena, -1));
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
