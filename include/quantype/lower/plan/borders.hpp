// SPDX-License-Identifier: BSL-1.0
// Plans the borders of a model: inputs, parameters, quantize and dequantize, outputs.
#pragma once
#include <quantype/lower/plan_writer.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// Codes come with a scale and zero point that the caller gives at conversion; indices are int64.
constexpr void plan_input(plan_writer& w, int i, int number) {
    const bool codes = w.prepared.options.custom.quantized_inputs.has(number);
    plan_value v;
    v.node = i;
    v.extents = w.extents(i);
    if (static_cast<dtype>(w.attrs(i).in) == dtype::int64) v.type = dtype::int64;
    const int id = codes ? w.add_codes(i, dtype::quint8, w.derived(), value_order::contiguous) : w.add_value(v);
    w.plan.values[id].place = value_place::input;
    w.plan.values[id].offset = number;
    w.value_of[i] = id;
}

constexpr void plan_parameter(plan_writer& w, int i) {
    if (w.graph[i].op->code != op_code::parameter) return;  // scales and zero points are run-time numbers, not tensors
    w.add_float(i, value_place::constant, w.prepared.trace.modules[w.graph[i].module].first_parameter);
}

constexpr void plan_quantize(plan_writer& w, int i) {
    const int x = w.input_value(i);
    if (x >= 0 && w.value(x).place == value_place::constant) {  // a weight: quantized at conversion
        w.add_rounded(i, x);
        return;
    }
    w.observed_step(step_kind::quantize, i, x,
                    w.channels_last[i] ? value_order::channels_last : value_order::contiguous);
}

/// Codes that are chosen in each run and that no kernel takes: the value that they stand for, in float.
constexpr void plan_quantize_dynamic(plan_writer& w, int i) {
    const dtype type = w.type_of_slot(w.slot_of(i));
    if (type != dtype::quint8 && type != dtype::qint8) return w.fail(plan_error::no_kernel, i);
    const int x = w.input_value(i);
    w.add_step(step_kind::quantize_dequantize, i);
    w.read(x);
    w.write(w.add_float(i, value_place::arena, -1));
}

constexpr void plan_dequantize(plan_writer& w, int i) {
    const int x = w.input_value(i);
    if (x >= 0 && !w.value(x).codes) {  // a parameter, a value in half precision, or one of dynamic codes
        w.value_of[i] = x;
        return;
    }
    w.add_step(step_kind::dequantize, i);
    w.read(x);
    w.write(w.add_float(i, value_place::arena, -1));
}

constexpr bool is_read_by_a_step(const plan_writer& w, int v) {
    for (const plan_step& s : w.plan.steps)
        for (int k = 0; k < s.input_count; ++k)
            if (s.inputs[k] == v) return true;
    return false;
}

/// A float value that no step reads is computed where the caller wants it; others, and codes, are copied there.
constexpr void plan_outputs(plan_writer& w, int i) {
    int number = 0;
    for (int a = 0; a < w.graph[i].arg_count; ++a) {
        const argument& x = w.graph.args[w.graph[i].first_arg + a];
        if (!x.is_node()) continue;
        if (w.value_of[x.value] < 0) continue;
        const int v = w.in_order(w.value_of[x.value], value_order::contiguous);
        plan_value& have = w.plan.values[v];
        if (have.place == value_place::arena && !have.codes && !is_read_by_a_step(w, v)) {
            have.place = value_place::output;
            have.offset = number++;
            continue;
        }
        plan_value out = have;
        w.add_step(step_kind::copy, x.value);
        w.read(v);
        out.place = value_place::output;
        out.shift = 0;
        out.offset = number++;
        const int id = w.add_value(out);
        w.write(id);
    }
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
