// SPDX-License-Identifier: BSL-1.0
// What the op families of lower/plan write to: the plan under construction, its values by node, and the few moves that
// all of them share.
#pragma once
#include <quantype/lower/layout_wishes.hpp>
#include <quantype/lower/plan_types.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

constexpr int bytes_per_element(dtype d) { return d == dtype::int64 ? 8 : d == dtype::float32 ? 4 : 1; }

/// False for numbers that the executor knows beforehand: scales, zero points, sizes.
constexpr bool is_run_time_value(const graph_view& g, const argument& a) {
    return a.is_node() && g[a.value].op->code != op_code::qparam && g[a.value].op->code != op_code::size;
}

/// What a plan has to know of a standalone module's own.
struct part_plan {
    int call = -1;  ///< its node in the graph around it
    int arena_bytes = 0;
    bool runs = false;         ///< it has a plan
    bool gives_codes = false;  ///< its output is codes
};

class plan_writer {
public:
    constexpr plan_writer(const prepared_view& p, const graph_view& g, const part_plan* part_plans = nullptr)
        : prepared(p),
          graph(g),
          parts(part_plans),
          part_count(part_plans ? p.part_count : 0),
          channels_last(channels_last_wishes(p, g)) {
        value_of.resize(g.node_count);
        for (int& v : value_of) v = -1;
        readers.resize(g.node_count);
        for (int& n : readers) n = 0;
        for (int i = g.first; i >= 0; i = g[i].next)
            for_each_input(g, i, [&](const argument& a) { ++readers[a.value]; });
    }

    prepared_view prepared;
    graph_view graph;
    const part_plan* parts;
    int part_count;
    plan_builder plan{};
    growable<int> value_of{};      ///< by node; -1 where a node has no value at run time
    growable<int> readers{};       ///< by node: arguments that name it
    growable<bool> channels_last;  ///< by node: its readers want its codes channels last

    constexpr void fail(plan_error why, int i) {
        if (plan.error != plan_error::none) return;
        plan.error = why;
        plan.error_node = i;
    }

    // --- nodes ---------------------------------------------------------------------------------------------------
    constexpr const shape& extents(int i) const { return prepared.trace.shape_of(graph[i]); }
    constexpr const attributes& attrs(int i) const { return prepared.trace.call(graph[i]).attrs(); }
    /// Of the call that carries the weight: the first part of a fused module.
    constexpr const attributes& attrs_of_root(int i) const { return detail::attrs_of_root(prepared, graph, i); }
    constexpr int slot_of(int i) const { return graph[i].observer; }
    constexpr dtype type_of_slot(int slot) const { return prepared.observer(slot).args.dtype; }
    /// An axis as PyTorch counts it, from the front.
    static constexpr int axis(int given, const shape& s) { return given < 0 ? given + s.rank : given; }

    /// The value of the k-th argument of node `i` that is a tensor at run time, or -1.
    constexpr int input_value(int i, int k = 0) const {
        int found = 0;
        for (int a = 0; a < graph[i].arg_count; ++a) {
            const argument& x = graph.args[graph[i].first_arg + a];
            if (is_run_time_value(graph, x) && found++ == k) return value_of[x.value];
        }
        return -1;
    }
    constexpr int input_values(int i) const {
        int found = 0;
        for (int a = 0; a < graph[i].arg_count; ++a)
            if (is_run_time_value(graph, graph.args[graph[i].first_arg + a])) ++found;
        return found;
    }

    // --- values --------------------------------------------------------------------------------------------------
    constexpr const plan_value& value(int v) const { return plan.values[v]; }
    constexpr int add_value(plan_value v) {
        v.first_step = plan.steps.size();
        v.last_step = v.first_step;
        const std::int64_t bytes = v.extents.count() * bytes_per_element(v.type);
        if (bytes > largest_value) fail(plan_error::too_large, v.node);
        v.bytes = bytes > largest_value ? 0 : static_cast<int>(bytes);
        return plan.values.push_back(v);
    }
    constexpr int add_float(int i, value_place place, int number) {
        plan_value v;
        v.node = i;
        v.extents = extents(i);
        v.place = place;
        v.offset = number;
        return value_of[i] = add_value(v);
    }
    /// The parameter that value `x` is, as conversion rounds it: the value of its quantize or cast, node `i`.
    constexpr int add_rounded(int i, int x) {
        plan_value v = value(x);
        v.offset += prepared.trace.parameter_count;
        return value_of[i] = add_value(v);
    }
    constexpr int add_codes(int i, dtype type, int qparams, value_order order) {
        plan_value v;
        v.node = i;
        v.codes = true;
        v.type = type;
        v.extents = extents(i);
        v.order = v.extents.rank > 2 ? order : value_order::contiguous;
        v.qparams = qparams;
        return value_of[i] = add_value(v);
    }
    constexpr int alias(int v, plan_value like) {
        like.place = value_place::alias;
        like.offset = v;
        return add_value(like);
    }
    /// Room that the newest step alone uses.
    constexpr void add_scratch(const plan_value& like) {
        const int v = add_value(like);
        plan.values[v].first_step = plan.values[v].last_step = plan.steps.size() - 1;
        plan.steps.back().scratch = v;
    }
    /// The same bytes seen with other extents and another order.
    constexpr int seen_as(int v, const shape& extents, value_order order) {
        plan_value like = plan.values[v];
        like.extents = extents;
        like.order = order;
        return alias(v, like);
    }
    /// Codes of a value with extents of its own, which lives between two steps of node `i`.
    constexpr int add_codes_between(int i, const shape& extents, dtype type, int qparams, value_order order) {
        plan_value v;
        v.node = i;
        v.codes = true;
        v.type = type;
        v.extents = extents;
        v.order = order;
        v.qparams = qparams;
        return add_value(v);
    }
    /// Scale and zero point that conversion derives, in place of an observer's.
    constexpr int derived() { return prepared.observer_count + plan.derived_qparams++; }

    // --- steps ---------------------------------------------------------------------------------------------------
    constexpr plan_step& add_step(step_kind kind, int i) {
        plan_step s;
        s.kind = kind;
        s.node = i;
        plan.steps.push_back(s);
        return plan.steps.back();
    }
    constexpr void read(int v) {
        plan_step& s = plan.steps.back();
        if (plan.values[v].type == dtype::int64 && s.kind != step_kind::embedding &&
            s.kind != step_kind::embedding_float)
            return fail(plan_error::indices_computed, s.node);
        if (s.input_count >= max_step_inputs) return fail(plan_error::too_many_inputs, s.node);
        s.inputs[s.input_count++] = v;
        touch(v);
    }
    constexpr void write(int v) {
        plan_step& s = plan.steps.back();
        s.output = v;
        plan.values[v].first_step = plan.values[v].last_step = plan.steps.size() - 1;
    }
    /// One value in, one out.
    constexpr void step(step_kind kind, int i, int x, dtype type, int qparams, value_order order) {
        add_step(kind, i);
        read(x);
        write(add_codes(i, type, qparams, order));
    }
    /// The same with the qparams that the node's own observer chose.
    constexpr void observed_step(step_kind kind, int i, int x, value_order order) {
        step(kind, i, x, type_of_slot(slot_of(i)), slot_of(i), order);
    }
    /// The same with the qparams of the input.
    constexpr void keeping_step(step_kind kind, int i, int x, value_order order) {
        step(kind, i, x, plan.values[x].type, plan.values[x].qparams, order);
    }

    /// Lets the step that computes value `x` clamp for node `i` too; false where others read `x`, or the step cannot.
    constexpr bool clamp_in_place(int i, int x) {
        plan_value& v = plan.values[x];
        if (!QUANTYPE_FUSE_STEPS) return false;
        if (v.place != value_place::arena || readers[v.node] != 1) return false;
        plan_step& s = plan.steps[v.first_step];
        const bool clamps = s.kind == step_kind::conv || s.kind == step_kind::conv_transpose ||
                            s.kind == step_kind::linear || s.kind == step_kind::add || s.kind == step_kind::mul;
        if (!clamps || s.output != x || s.node != v.node || s.clamp_node >= 0) return false;
        s.clamp_node = i;
        v.node = i;
        value_of[i] = x;
        return true;
    }

    /// The value in the wanted order: itself, or a permuted copy.
    constexpr int in_order(int v, value_order order) {
        const plan_value have = plan.values[v];
        if (!have.codes || have.order == order || have.extents.rank < 3) return v;
        if (single_plane(have.extents)) {
            plan_value same = have;
            same.order = order;
            return alias(v, same);
        }
        add_step(step_kind::permute, have.node);
        read(v);
        plan_value out = have;
        out.place = value_place::arena;
        out.order = order;
        const int id = add_value(out);
        write(id);
        return id;
    }

private:
    /// The value is needed until the newest step.
    constexpr void touch(int v) {
        while (v >= 0) {
            plan.values[v].last_step = plan.steps.size() - 1;
            v = plan.values[v].place == value_place::alias ? plan.values[v].offset : -1;
        }
    }
    /// One channel or one pixel: both orders are the same bytes.
    static constexpr bool single_plane(const shape& s) {
        return s[1] == 1 || s.count() == static_cast<std::int64_t>(s[0]) * s[1];
    }
};

}  // namespace detail

QUANTYPE_END_NAMESPACE
