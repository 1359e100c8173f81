// SPDX-License-Identifier: BSL-1.0
// Plans standalone modules: one step that runs the module's own plan, with the arena of that plan as its scratch.
#pragma once
#include <quantype/lower/plan_writer.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// False when the op belongs to another family.
constexpr bool plan_standalone(plan_writer& w, int i) {
    const part_plan* part = nullptr;
    for (int k = 0; k < w.part_count; ++k)
        if (i == w.parts[k].call) part = &w.parts[k];
    if (part == nullptr) return false;
    const int count = w.input_values(i);
    if (count > max_step_inputs) return w.fail(plan_error::too_many_inputs, i), true;
    if (!part->runs) return w.fail(plan_error::no_kernel, i), true;
    int values[max_step_inputs] = {};
    for (int k = 0; k < count; ++k) values[k] = w.in_order(w.input_value(i, k), value_order::contiguous);
    w.add_step(step_kind::standalone, i);
    for (int k = 0; k < count; ++k) w.read(values[k]);
    if (part->gives_codes)
        w.write(w.add_codes(i, dtype::quint8, w.derived(), value_order::contiguous));
    else
        w.write(w.add_float(i, value_place::arena, -1));
    plan_value arena;
    arena.node = i;
    arena.extents = shape((part->arena_bytes + 3) / 4);
    w.add_scratch(arena);
    return true;
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
