// SPDX-License-Identifier: BSL-1.0
// Plans recurrent layers and cells, embedding tables, float16, and indexing.
#pragma once
#include <quantype/kernel/float32/recurrent.hpp>
#include <quantype/lower/plan/float_ops.hpp>
#include <quantype/lower/plan/matrix.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// The float value of node `i`; several tensors lie one behind the other in it.
constexpr int add_floats(plan_writer& w, int i) {
    plan_value v;
    v.node = i;
    v.extents = w.extents(i);
    if (gives_tuple(w.attrs(i))) v.extents = shape(static_cast<int>(value_count(w.attrs(i), w.extents(i))));
    return w.value_of[i] = w.add_value(v);
}

constexpr void plan_with_inputs(plan_writer& w, step_kind kind, int i) {
    w.add_step(kind, i);
    for (int k = 0; k < w.input_values(i); ++k) w.read(w.input_value(i, k));
}

/// Working memory: float32 numbers, and behind them the codes of the largest product's input.
constexpr void plan_recurrent(plan_writer& w, step_kind kind, int i) {
    plan_with_inputs(w, kind, i);
    const auto s = kernel::float32::recurrent_shape_of(w.attrs(i), w.value(w.input_value(i)).extents);
    plan_value scratch;
    scratch.node = i;
    scratch.extents = shape(s.scratch() + (kind == step_kind::recurrent_dynamic ? (s.codes() + 3) / 4 : 0));
    w.add_scratch(scratch);
    w.write(add_floats(w, i));
}

constexpr bool is_index_input(const plan_writer& w, int v) {
    return w.value(v).place == value_place::input && w.value(v).type == dtype::int64;
}
/// Tables read indices and offsets from the model's inputs, nothing that was computed. A function's second input is the
/// table itself.
constexpr void plan_embedding(plan_writer& w, step_kind kind, int i) {
    const int indices = w.graph[i].kind == node_kind::call_function ? 1 : w.input_values(i);
    for (int k = 0; k < indices; ++k)
        if (!is_index_input(w, w.input_value(i, k))) return w.fail(plan_error::indices_computed, i);
    plan_with_inputs(w, kind, i);
    w.write(add_floats(w, i));
}

/// x[i]: the same bytes, further in.
constexpr void plan_item(plan_writer& w, int i) {
    plan_value v = w.value(w.input_value(i));
    v.node = i;
    v.extents = w.extents(i);
    if (gives_tuple(w.attrs(i))) v.extents = shape(static_cast<int>(value_count(w.attrs(i), w.extents(i))));
    v.shift = 4 * w.attrs(i).in;
    w.value_of[i] = w.alias(w.input_value(i), v);
}

/// Rounded to half precision and kept as float32; a weight is rounded at conversion.
constexpr void plan_half(plan_writer& w, int i) {
    const int x = w.input_value(i);
    if (w.value(x).place == value_place::constant) {
        w.add_rounded(i, x);
        return;
    }
    plan_with_inputs(w, step_kind::round_half, i);
    w.write(add_floats(w, i));
}

/// An op on a value in half precision: in float32, then rounded.
constexpr void plan_on_half(plan_writer& w, int i) {
    plan_float(w, i);
    w.add_step(step_kind::round_half, i);
    w.read(w.value_of[i]);
    w.write(add_floats(w, i));
}

/// Weights in codes or in half precision, activations in float. With int8 weights the codes of the input are chosen in
/// each run.
constexpr void plan_dynamic(plan_writer& w, int i) {
    const bool half = w.type_of_slot(w.slot_of(i)) == dtype::float16;
    if (w.attrs_of_root(i).code != op_code::linear)
        return plan_recurrent(w, half ? step_kind::recurrent_fp16 : step_kind::recurrent_dynamic, i);
    const int x = w.input_value(i);
    w.add_step(half ? step_kind::linear_fp16 : step_kind::linear_dynamic, i);
    w.read(x);
    if (w.graph[i].kind == node_kind::call_function) {
        w.plan.steps.back().weight_node = constant_node(w, w.input_value(i, 1));
        w.plan.steps.back().bias_node = constant_node(w, w.input_value(i, 2));
    }
    if (!half) {
        plan_value codes = w.value(x);
        codes.place = value_place::arena;
        codes.codes = true;
        codes.type = dtype::quint8;
        w.add_scratch(codes);
    }
    w.write(w.add_float(i, value_place::arena, -1));
}

/// Ops of this family that work on floats. False when the op belongs to another.
constexpr bool plan_sequence(plan_writer& w, int i) {
    const bool quantized = w.graph[i].form == node_form::quantized;
    switch (w.attrs_of_root(i).code) {
        case op_code::recurrent:
        case op_code::recurrent_cell: return plan_recurrent(w, step_kind::recurrent, i), true;
        case op_code::embedding:
        case op_code::embedding_bag:
            return plan_embedding(w, quantized ? step_kind::embedding : step_kind::embedding_float, i), true;
        case op_code::getitem: return plan_item(w, i), true;
        default: return false;
    }
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
