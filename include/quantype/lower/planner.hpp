// SPDX-License-Identifier: BSL-1.0
// Chooses the steps that compute a lowered graph and the layout of the values between them.
#pragma once
#include <quantype/lower/layout_wishes.hpp>
#include <quantype/lower/place_values.hpp>
#include <quantype/lower/plan_refusals.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

constexpr int bytes_per_element(dtype d) { return d == dtype::float32 ? 4 : 1; }

class planner {
public:
    constexpr planner(const prepared_view& p, const graph_view& g)
        : p_(p), g_(g), channels_last_(channels_last_wishes(p, g)) {}

    constexpr plan_builder run() {
        value_of_.resize(g_.node_count);
        for (int& v : value_of_) v = -1;
        int inputs = 0;
        for (int i = g_.first; i >= 0 && r_.error == plan_error::none; i = g_[i].next) {
            const node& n = g_[i];
            if (const plan_error why = refusal_of(p_, g_, i); why != plan_error::none)
                fail(why, i);
            else if (n.kind == node_kind::placeholder)
                add_float(i, value_place::input, inputs++);
            else if (n.kind == node_kind::get_attr)
                add_parameter(i);
            else if (n.kind == node_kind::output)
                finish_outputs(i);
            else
                add_node(i);
        }
        r_.arena_bytes = arena_placement(r_.values).run();
        return r_;
    }

private:
    // --- values --------------------------------------------------------------------------------------------------
    constexpr const shape& extents(int i) const { return p_.trace.shape_of(g_[i]); }
    constexpr const attributes& attrs(int i) const { return p_.trace.call(g_[i]).attrs(); }

    constexpr int add_value(plan_value v) {
        v.first_step = r_.steps.size();
        v.last_step = v.first_step;
        const std::int64_t bytes = v.extents.count() * bytes_per_element(v.type);
        if (bytes > largest_value) fail(plan_error::too_large, v.node);
        v.bytes = bytes > largest_value ? 0 : static_cast<int>(bytes);
        v.row_count = v.extents.rank > 2 ? v.extents[2] : 1;
        v.row_stride = v.row_count > 0 ? v.bytes / v.row_count : v.bytes;
        return r_.values.push_back(v);
    }
    constexpr int add_float(int i, value_place place, int number) {
        plan_value v;
        v.node = i;
        v.extents = extents(i);
        v.place = place;
        v.offset = number;
        return value_of_[i] = add_value(v);
    }
    constexpr void add_parameter(int i) {
        if (g_[i].op->code != op_code::parameter) return;  // scales and zero points are run-time numbers, not tensors
        add_float(i, value_place::constant, p_.trace.modules[g_[i].module].first_parameter);
    }
    constexpr int add_codes(int i, dtype type, int qparams, value_order order) {
        plan_value v;
        v.node = i;
        v.codes = true;
        v.type = type;
        v.extents = extents(i);
        v.order = v.extents.rank > 2 ? order : value_order::contiguous;
        v.qparams = qparams;
        return value_of_[i] = add_value(v);
    }
    constexpr int slot_of(int i) const { return g_[i].observer; }
    constexpr dtype type_of_slot(int slot) const { return p_.observer(slot).args.dtype; }

    // --- steps ---------------------------------------------------------------------------------------------------
    constexpr plan_step& add_step(step_kind kind, int i) {
        plan_step s;
        s.kind = kind;
        s.node = i;
        r_.steps.push_back(s);
        return r_.steps.back();
    }
    constexpr void read(int value) {
        plan_step& s = r_.steps.back();
        if (s.input_count >= max_step_inputs) return fail(plan_error::too_many_inputs, s.node);
        s.inputs[s.input_count++] = value;
        touch(value);
    }
    /// The value is needed until the newest step.
    constexpr void touch(int value) {
        while (value >= 0) {
            r_.values[value].last_step = r_.steps.size() - 1;
            value = r_.values[value].place == value_place::alias ? r_.values[value].offset : -1;
        }
    }
    constexpr void write(int value) {
        plan_step& s = r_.steps.back();
        s.output = value;
        r_.values[value].first_step = r_.values[value].last_step = r_.steps.size() - 1;
    }
    constexpr void fail(plan_error why, int i) {
        if (r_.error != plan_error::none) return;
        r_.error = why;
        r_.error_node = i;
    }

    constexpr int input_value(int i, int k = 0) const {
        int found = 0;
        for (int a = 0; a < g_[i].arg_count; ++a) {
            const argument& x = g_.args[g_[i].first_arg + a];
            if (is_run_time_value(g_, x) && found++ == k) return value_of_[x.value];
        }
        return -1;
    }
    constexpr int input_values(int i) const {
        int found = 0;
        for (int a = 0; a < g_[i].arg_count; ++a) {
            const argument& x = g_.args[g_[i].first_arg + a];
            if (is_run_time_value(g_, x)) ++found;
        }
        return found;
    }

    /// The value in the wanted order: itself, or a permuted copy.
    constexpr int in_order(int value, value_order order) {
        const plan_value v = r_.values[value];
        if (!v.codes || v.order == order || v.extents.rank < 3) return value;
        if (single_plane(v.extents)) {
            plan_value same = v;
            same.order = order;
            return alias(value, same);
        }
        add_step(step_kind::permute, v.node);
        read(value);
        plan_value out = v;
        out.place = value_place::arena;
        out.order = order;
        const int id = add_value(out);
        write(id);
        return id;
    }
    /// One channel or one pixel: both orders are the same bytes.
    constexpr bool single_plane(const shape& s) const {
        return s[1] == 1 || s.count() == static_cast<std::int64_t>(s[0]) * s[1];
    }
    constexpr int alias(int value, plan_value like) {
        like.place = value_place::alias;
        like.offset = value;
        return add_value(like);
    }

    constexpr void add_node(int i) {
        const node& n = g_[i];
        switch (n.op->code) {
            case op_code::quantize: return add_quantize(i);
            case op_code::size: return;
            case op_code::dequantize: return add_dequantize(i);
            default: break;
        }
        if (n.form == node_form::quantized) return add_quantized(i);
        if (n.form == node_form::dynamic) return add_dynamic(i);
        add_float_op(i);
    }

    constexpr void add_quantize(int i) {
        const int x = input_value(i);
        if (x >= 0 && r_.values[x].place == value_place::constant) {  // a weight: quantized at conversion
            value_of_[i] = x;
            return;
        }
        add_step(step_kind::quantize, i);
        read(x);
        const value_order order = channels_last_[i] ? value_order::channels_last : value_order::contiguous;
        write(add_codes(i, type_of_slot(slot_of(i)), slot_of(i), order));
    }
    constexpr void add_dequantize(int i) {
        const int x = input_value(i);
        if (x >= 0 && r_.values[x].place == value_place::constant) {
            value_of_[i] = x;
            return;
        }
        add_step(step_kind::dequantize, i);
        read(x);
        write(add_float(i, value_place::arena, -1));
    }
    constexpr void add_float_op(int i) {
        add_step(step_kind::float_op, i);
        for (int k = 0; k < input_values(i); ++k) read(input_value(i, k));
        write(add_float(i, value_place::arena, -1));
    }
    constexpr void add_dynamic(int i) {
        if (attrs_of_root(i).code != op_code::linear) return fail(plan_error::no_kernel, i);
        add_step(step_kind::linear_dynamic, i);
        const int x = input_value(i);
        read(x);
        plan_value codes = r_.values[x];
        codes.place = value_place::arena;
        codes.codes = true;
        codes.type = dtype::quint8;
        const int scratch = add_value(codes);
        r_.values[scratch].first_step = r_.values[scratch].last_step = r_.steps.size() - 1;
        r_.steps.back().scratch = scratch;
        write(add_float(i, value_place::arena, -1));
    }

    constexpr const attributes& attrs_of_root(int i) const { return detail::attrs_of_root(p_, g_, i); }

    constexpr void simple(step_kind kind, int i, int x, dtype type, int qparams, value_order order) {
        add_step(kind, i);
        read(x);
        write(add_codes(i, type, qparams, order));
    }

    constexpr void add_quantized(int i) {
        const attributes& a = attrs_of_root(i);
        switch (a.code) {
            case op_code::conv: return add_image_op(step_kind::conv, i);
            case op_code::batch_norm: return add_image_op(step_kind::batch_norm, i);
            case op_code::linear: return add_linear(i);
            case op_code::max_pool: return add_pool(step_kind::max_pool, i);
            case op_code::avg_pool: return add_pool(step_kind::avg_pool, i);
            case op_code::adaptive_avg_pool: return add_pool(step_kind::adaptive_avg_pool, i);
            case op_code::mean: return add_mean(i);
            case op_code::relu:
            case op_code::relu6:
            case op_code::hardtanh: return add_unary(step_kind::clamp, i);
            case op_code::sigmoid:
            case op_code::tanh:
            case op_code::hardswish:
            case op_code::leaky_relu:
            case op_code::elu:
            case op_code::hardsigmoid: return add_unary(step_kind::lookup, i);
            case op_code::softmax: return add_softmax(i);
            case op_code::add: return add_binary(step_kind::add, step_kind::add_scalar, i);
            case op_code::mul: return add_binary(step_kind::mul, step_kind::mul_scalar, i);
            case op_code::matmul: return add_matmul(i);
            case op_code::cat: return add_cat(i);
            case op_code::flatten:
            case op_code::reshape:
            case op_code::identity:
            case op_code::dropout: return add_view(i);
            default: return fail(plan_error::no_kernel, i);
        }
    }
    constexpr void add_image_op(step_kind kind, int i) {
        const int x = in_order(input_value(i), value_order::channels_last);
        simple(kind, i, x, type_of_slot(slot_of(i)), slot_of(i), value_order::channels_last);
    }
    constexpr void add_linear(int i) {
        const int x = in_order(input_value(i), value_order::contiguous);
        simple(step_kind::linear, i, x, type_of_slot(slot_of(i)), slot_of(i), value_order::contiguous);
        if (g_[i].kind != node_kind::call_function) return;
        r_.steps.back().weight_node = constant_node(input_value(i, 1));
        r_.steps.back().bias_node = constant_node(input_value(i, 2));
    }
    constexpr int constant_node(int value) const { return value < 0 ? -1 : r_.values[value].node; }
    constexpr void add_pool(step_kind kind, int i) {
        const int x = in_order(input_value(i), value_order::channels_last);
        simple(kind, i, x, r_.values[x].type, r_.values[x].qparams, value_order::channels_last);
    }
    constexpr void add_mean(int i) {
        const attributes& a = attrs(i);
        const shape& s = r_.values[input_value(i)].extents;
        bool spatial = s.rank > 2 && a.axis_count == s.rank - 2;
        for (int k = 0; k < a.axis_count; ++k)
            spatial = spatial && (a.axes[k] < 0 ? a.axes[k] + s.rank : a.axes[k]) >= 2;
        if (!spatial) return fail(plan_error::no_kernel, i);
        add_pool(step_kind::adaptive_avg_pool, i);
    }
    constexpr void add_unary(step_kind kind, int i) {
        const int x = input_value(i);
        const plan_value v = r_.values[x];
        const bool keeps = kind == step_kind::clamp;
        simple(kind, i, x, keeps ? v.type : type_of_slot(slot_of(i)), keeps ? v.qparams : slot_of(i), v.order);
    }
    constexpr void add_softmax(int i) {
        int x = input_value(i);
        const shape& s = r_.values[x].extents;
        const int dim = attrs(i).axes[0] < 0 ? attrs(i).axes[0] + s.rank : attrs(i).axes[0];
        if (dim == 1 && s.rank > 2)
            x = in_order(x, value_order::channels_last);
        else if (dim == s.rank - 1)
            x = in_order(x, value_order::contiguous);
        else
            return fail(plan_error::no_kernel, i);
        simple(step_kind::softmax, i, x, type_of_slot(slot_of(i)), slot_of(i), r_.values[x].order);
    }
    constexpr void add_binary(step_kind both, step_kind scalar, int i) {
        const int a = input_value(i, 0);
        if (input_values(i) == 1)  // the number decides the output's qparams, at conversion
            return simple(scalar, i, a, r_.values[a].type, derived(), r_.values[a].order);
        value_order order = r_.values[a].order;
        if (r_.values[a].extents.rank < 3) order = r_.values[input_value(i, 1)].order;
        const int x = in_order(a, order);
        const int y = in_order(input_value(i, 1), order);
        if (order == value_order::channels_last && r_.values[x].extents.rank != r_.values[y].extents.rank)
            return fail(plan_error::no_kernel, i);
        add_step(both, i);
        read(x);
        read(y);
        write(add_codes(i, type_of_slot(slot_of(i)), slot_of(i), order));
    }
    constexpr int derived() { return p_.observer_count + r_.derived_qparams++; }
    constexpr void add_matmul(int i) {
        if (!same_batch(extents_of_input(i, 0), extents_of_input(i, 1))) return fail(plan_error::no_kernel, i);
        const int x = in_order(input_value(i, 0), value_order::contiguous);
        const int y = in_order(input_value(i, 1), value_order::contiguous);
        add_step(step_kind::matmul, i);
        read(x);
        read(y);
        write(add_codes(i, type_of_slot(slot_of(i)), slot_of(i), value_order::contiguous));
    }
    constexpr const shape& extents_of_input(int i, int k) const { return r_.values[input_value(i, k)].extents; }
    static constexpr bool same_batch(const shape& x, const shape& y) {
        bool same = x.rank == y.rank;
        for (int d = 0; d < x.rank - 2; ++d) same = same && x[d] == y[d];
        return same;
    }
    constexpr void add_cat(int i) {
        const int first = input_value(i, 0);
        const value_order order = r_.values[first].order;
        int values[max_step_inputs] = {};
        const int count = input_values(i);
        if (count > max_step_inputs) return fail(plan_error::too_many_inputs, i);
        for (int k = 0; k < count; ++k) values[k] = in_order(input_value(i, k), order);
        const int rank = r_.values[first].extents.rank;
        const int dim = attrs(i).axes[0] < 0 ? attrs(i).axes[0] + rank : attrs(i).axes[0];
        if (order == value_order::channels_last && dim > 1) return fail(plan_error::no_kernel, i);
        add_step(step_kind::cat, i);
        for (int k = 0; k < count; ++k) read(values[k]);
        write(add_codes(i, r_.values[first].type, r_.values[first].qparams, order));
    }
    constexpr void add_view(int i) {
        const bool shape_kept = attrs(i).code == op_code::identity || attrs(i).code == op_code::dropout;
        int x = input_value(i);
        if (!shape_kept) x = in_order(x, value_order::contiguous);
        plan_value v = r_.values[x];
        v.node = i;
        v.extents = extents(i);
        if (slot_of(i) >= 0 && attrs(i).code == op_code::dropout) v.qparams = r_.values[x].qparams;
        value_of_[i] = alias(x, v);
    }

    // --- outputs ------------------------------------------------------------------------------------------------
    constexpr void finish_outputs(int i) {
        int number = 0;
        for (int a = 0; a < g_[i].arg_count; ++a) {
            const argument& x = g_.args[g_[i].first_arg + a];
            if (!x.is_node()) continue;
            const int v = value_of_[x.value];
            if (v < 0) continue;
            const bool own = r_.values[v].place == value_place::arena && !r_.values[v].codes && !is_read_again(v);
            if (own) {
                r_.values[v].place = value_place::output;
                r_.values[v].offset = number++;
            } else {
                add_step(step_kind::copy, x.value);
                read(v);
                plan_value out = r_.values[v];
                out.place = value_place::output;
                out.offset = number++;
                out.codes = false;
                out.type = dtype::float32;
                const int id = add_value(out);
                write(id);
            }
        }
    }
    constexpr bool is_read_again(int v) const {
        for (const plan_step& s : r_.steps)
            for (int k = 0; k < s.input_count; ++k)
                if (s.inputs[k] == v) return true;
        return false;
    }

    prepared_view p_;
    graph_view g_;
    plan_builder r_{};
    growable<int> value_of_{};
    growable<bool> channels_last_;
};

}  // namespace detail

QUANTYPE_END_NAMESPACE
