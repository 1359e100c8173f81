// SPDX-License-Identifier: BSL-1.0
// Convert: observers become quantize and dequantize calls, weighted modules become reference modules.
// Takes: a prepared graph. Gives: the reference graph, still computed in float. Refuses nothing. Next: lower.
// PyTorch: fx.convert (steps "observer to nodes" and "weighted modules").
#pragma once
#include <quantype/convert/dead_code.hpp>
#include <quantype/convert/quantize_ops.hpp>
#include <quantype/prepare/prepare_stage.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

class reference_builder {
public:
    constexpr explicit reference_builder(const prepared_view& p) : p_(p), g_(p.graph) {}

    constexpr graph_builder run() {
        growable<int> order;
        for (int i = g_.first; i >= 0; i = g_.nodes[i].next) order.push_back(i);
        for (int i : order) {
            if (g_.nodes[i].kind == node_kind::placeholder)
                dequantize_input(i);
            else if (g_.nodes[i].kind == node_kind::output)
                give_codes(i);
            else if (g_.nodes[i].observer >= 0)
                replace_observer(i);
            else if (g_.nodes[i].op == &standalone_op)
                join_standalone(i);
            else if (g_.nodes[i].kind == node_kind::call_module)
                make_reference(i);
        }
        g_.apply_forwards();
        remove_dead_code(g_);
        return g_;
    }

private:
    constexpr node like(int i, const op_info& op) const {
        node n;
        n.op = &op;
        n.kind = op.kind;
        n.scope = g_.nodes[i].scope;
        n.origin = g_.nodes[i].origin;
        n.observer = g_.nodes[i].observer;
        return n;
    }

    /// Static integer observers become scale, zero point, quantize, dequantize; dynamic ones choose their qparams when
    /// they run; float16 ones are a cast; float32 ones vanish.
    constexpr void replace_observer(int i) {
        const observer_config& o = p_.observer(g_.nodes[i].observer);
        const int value = g_.arg(i, 0).value;
        int result = value;
        if (p_.options.has_second_mapping && nobody_quantizes(i, value))
            result = value;
        else if (o.args.is_dynamic && is_observed_dtype(o.args.dtype))
            result = dequantized(i, dynamic(i, value, o), i);
        else if (is_quantized(o.args.dtype))
            result = dequantized(i, fixed(i, value, o), i);
        else if (o.args.dtype == dtype::float16)
            result = dequantized(i, half(i, value), i);
        g_.forward(i, result);
        g_.erase(i);
    }

    /// After a second mapping: neither the producer of an observed value nor any of its readers has a QConfig.
    constexpr bool nobody_quantizes(int observer, int value) {
        if (readers_.begin.empty()) readers_ = readers_of(p_.graph);
        bool none = has_no_config(value);
        for (int k = readers_.begin[observer]; k < readers_.begin[observer + 1]; ++k)
            none = none && has_no_config(readers_.readers[k]);
        return none;
    }
    constexpr bool has_no_config(int i) const { return i < p_.traced_nodes && p_.config_of(i) == nullptr; }

    constexpr int fixed(int i, int value, const observer_config& o) {
        const int scale = g_.insert(like(i, scale_op), i);
        const int zero_point = g_.insert(like(i, zero_point_op), i);
        const int q =
            g_.insert(like(i, is_per_channel(o.args.qscheme) ? quantize_per_channel_op : quantize_per_tensor_op), i);
        if (is_per_channel(o.args.qscheme)) {
            const argument args[] = {node_argument(value), node_argument(scale), node_argument(zero_point),
                                     integer_argument(o.args.ch_axis), dtype_argument(o.args.dtype)};
            g_.set_args(q, args);
        } else {
            const argument args[] = {node_argument(value), node_argument(scale), node_argument(zero_point),
                                     dtype_argument(o.args.dtype)};
            g_.set_args(q, args);
        }
        return q;
    }
    constexpr int dynamic(int i, int value, const observer_config& o) {
        const int q = g_.insert(like(i, quantize_dynamic_op), i);
        const argument args[] = {node_argument(value), dtype_argument(o.args.dtype),
                                 boolean_argument(o.args.reduce_range)};
        g_.set_args(q, args);
        return q;
    }
    constexpr int half(int i, int value) {
        const int q = g_.insert(like(i, to_op), i);
        const argument args[] = {node_argument(value), dtype_argument(dtype::float16)};
        g_.set_args(q, args);
        return q;
    }
    /// A dequantize of `q` before `before`, made for node `i`.
    constexpr int dequantized(int i, int q, int before) {
        const int d = g_.insert(like(i, dequantize_op), before);
        const argument args[] = {node_argument(q)};
        g_.set_args(d, args);
        return d;
    }
    constexpr bool is_dequantize(int i) const { return i >= 0 && g_.nodes[i].op->code == op_code::dequantize; }

    /// Everything that read `i` reads its dequantized value.
    constexpr void dequantize_for_readers(int i) {
        const int next = g_.nodes[i].next;
        const int d = dequantized(i, i, next);
        for (int u = next; u >= 0; u = g_.nodes[u].next) g_.replace_input(u, i, d);
    }
    /// Placeholders are numbered as the inputs are.
    constexpr void dequantize_input(int i) {
        if (p_.options.custom.quantized_inputs.has(i)) dequantize_for_readers(i);
    }
    /// Outputs that are to stay codes read what their dequantize reads.
    constexpr void give_codes(int i) {
        const bool list = g_.arg(i, 0).kind == argument::kind_type::list;
        for (int k = list ? 1 : 0; k < g_.nodes[i].arg_count; ++k)
            if (p_.options.custom.quantized_outputs.has(list ? k - 1 : k)) read_codes(i, k);
    }
    constexpr void read_codes(int i, int k) {
        const int d = g_.input(i, k);
        if (is_dequantize(d)) g_.arg(i, k).value = g_.input(d, 0);
    }
    /// A standalone module reads and gives codes where its config says so.
    constexpr void join_standalone(int i) {
        const custom_view& c = p_.options.custom;
        const int entry = c.find(p_.trace.module_path(g_.nodes[i].module), p_.trace.graph[i].op);
        if (entry < 0) return;
        for (int k = 0; k < g_.nodes[i].arg_count; ++k)
            if (c.modules[entry].quantized_inputs.has(k)) read_codes(i, k);
        if (!c.modules[entry].quantized_outputs.empty()) dequantize_for_readers(i);
    }

    /// Class that carries the weight: the module's own, or the first part of a fused module.
    constexpr op_id weighted_class(int i) const {
        const node& n = g_.nodes[i];
        if (n.fusion < 0) return trained(n.op).op ? trained(n.op).op : n.op;
        return p_.trace.graph[g_.fusions[n.fusion].parts[0]].op;
    }
    constexpr bool has_reference(op_id root) const {
        for (int k = 0; k < p_.backend.pattern_count; ++k)
            if (p_.backend.patterns[k].root_module == root && p_.backend.patterns[k].reference_module) return true;
        return false;
    }
    /// Some dtype config of the class's own pattern has the QConfig's dtypes.
    constexpr bool dtypes_fit(op_id op, const qconfig& q) const {
        for (int k = 0; k < p_.backend.pattern_count; ++k) {
            const pattern_entry& e = p_.backend.patterns[k];
            if (e.tree.size != 1 || e.tree.nodes[0].op != op) continue;
            for (int d = 0; d < e.dtype_config_count; ++d)
                if (fits(p_.backend.dtype_configs[e.first_dtype_config + d], q)) return true;
        }
        return false;
    }
    static constexpr bool fits(const dtype_config_value& c, const qconfig& q) {
        const dtype a = q.activation.args.dtype;
        const dtype bias = c.bias_dtype == dtype::none ? dtype::float32 : c.bias_dtype;
        if (c.is_dynamic && *c.is_dynamic)
            return q.activation.args.is_dynamic && c.input_dtype.type == a && c.output_dtype.type == dtype::float32 &&
                   c.weight_dtype.type == q.weight.args.dtype;
        return !q.activation.args.is_dynamic && c.input_dtype.type == a && c.output_dtype.type == a &&
               c.weight_dtype.type == q.weight.args.dtype && bias == bias_dtype_of(q);
    }

    /// Part of a pattern that the backend supports; the pattern may end at a later node.
    constexpr bool is_observed(int i) const {
        if (i >= p_.traced_nodes || p_.match_last[i] < 0) return false;
        const decision d = p_.report[p_.match_last[i]].what;
        return d == decision::quantized || d == decision::parts_disagree;
    }

    /// Only a model in training has training classes.
    constexpr trained_form trained(op_id op) const {
        return p_.options.training ? trained_form_of(p_.backend, op) : trained_form{};
    }

    constexpr void make_reference(int i) {
        const qconfig* q = p_.config_of(i);
        if (!q || !is_observed(i)) return;
        if (!has_reference(weighted_class(i)) || !dtypes_fit(g_.nodes[i].op, *q)) return;
        if (!is_observed_dtype(q->weight.args.dtype)) return;
        g_.nodes[i].form = node_form::reference;
        const trained_form t = trained(g_.nodes[i].op);
        if (!t.op) return;
        g_.nodes[i].op = t.op;
        if (g_.nodes[i].fusion < 0) return;
        fusion& f = g_.fusions[g_.nodes[i].fusion];
        f.op = t.op;
        f.folds_batch_norm = t.folds_batch_norm;
    }

    prepared_view p_;
    graph_builder g_;
    reader_table readers_{};
};

}  // namespace detail

/// The reference graph of a prepared graph.
constexpr graph_builder convert_graph(const prepared_view& p) { return detail::reference_builder(p).run(); }

namespace detail {

/// Inputs and standalone modules: each may give codes that are dequantized.
constexpr int possible_code_sources(const prepared_view& p) {
    int count = 0;
    for (int i = p.graph.first; i >= 0; i = p.graph[i].next)
        if (p.graph[i].kind == node_kind::placeholder || p.graph[i].op == &standalone_op) ++count;
    return count;
}

}  // namespace detail

namespace stage {

/// An observer becomes at most four nodes with six arguments; what gives codes gets one node more.
template <class Net, class Backend, class Mapping>
inline constexpr graph_sizes reference_sizes = [] {
    constexpr prepared_view p = prepared_view_of<Net, Backend, Mapping>();
    constexpr int more = quantype::detail::possible_code_sources(p);
    return graph_sizes{p.graph.node_count + 4 * p.observer_count + more,
                       p.graph.arg_count + 6 * p.observer_count + more, p.graph.fusion_count};
}();
/// The reference graph as a constant.
template <class Net, class Backend, class Mapping>
inline constexpr frozen_graph<reference_sizes<Net, Backend, Mapping>> reference{
    convert_graph(prepared_view_of<Net, Backend, Mapping>())};

}  // namespace stage

/// A model's reference graph with those of its standalone modules, in the order of prepared_view::parts.
struct reference_forms {
    graph_view graph{};
    const reference_forms* parts = nullptr;

    constexpr reference_forms(const graph_view& g, const reference_forms* standalone = nullptr)
        : graph(g), parts(standalone) {}
};

template <class Net, class Backend, class Mapping>
constexpr reference_forms reference_forms_of();

namespace detail {

template <class Net, class Backend, class Mapping, class Indices>
struct reference_table;
template <class Net, class Backend, class Mapping, int... K>
struct reference_table<Net, Backend, Mapping, std::integer_sequence<int, K...>> {
    static constexpr reference_forms forms[sizeof...(K)] = {
        reference_forms_of<typename part<Net, Backend, Mapping, K>::net, Backend,
                           typename part<Net, Backend, Mapping, K>::mapping>()...};
};

}  // namespace detail

template <class Net, class Backend, class Mapping>
constexpr reference_forms reference_forms_of() {
    constexpr int count = detail::standalone_count<Net, Backend, Mapping>;
    const graph_view graph = stage::reference<Net, Backend, Mapping>.view();
    if constexpr (count == 0)
        return {graph, nullptr};
    else
        return {graph, detail::reference_table<Net, Backend, Mapping, std::make_integer_sequence<int, count>>::forms};
}

QUANTYPE_END_NAMESPACE
