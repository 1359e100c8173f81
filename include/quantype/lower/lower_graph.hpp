// SPDX-License-Identifier: BSL-1.0
// Lower: dequantize - op - quantize becomes a quantized op. Passes in PyTorch's order (fx._lower_to_native_backend).
// Takes: a reference graph. Gives: the lowered graph, where codes flow between quantized ops. Refuses nothing: what is
// not lowered keeps its quantize and dequantize and runs in float; `explain` says so. Next: plan.
#pragma once
#include <quantype/convert/reference_graph.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

class graph_lowerer {
public:
    constexpr graph_lowerer(const prepared_view& p, const graph_view& reference) : p_(p), g_(reference) {}

    constexpr graph_builder run() {
        each(&graph_lowerer::lower_static_module);
        each(&graph_lowerer::lower_dynamic_module);
        each(&graph_lowerer::lower_static_functional);
        each(&graph_lowerer::lower_binary);
        each(&graph_lowerer::lower_special);
        g_.apply_forwards();
        remove_dead_code();
        return g_;
    }

private:
    constexpr void each(void (graph_lowerer::*pass)(int)) {
        growable<int> order;
        for (int i = g_.first; i >= 0; i = g_.nodes[i].next) order.push_back(i);
        for (int i : order)
            if (!g_.nodes[i].erased) (this->*pass)(i);
    }
    constexpr op_code code(int i) const { return g_.nodes[i].op->code; }
    constexpr bool is(int i, op_code c) const { return i >= 0 && code(i) == c; }
    constexpr bool is_relu(int i) const {
        return is(i, op_code::relu) && g_.nodes[i].form == node_form::plain && g_.nodes[i].fusion < 0;
    }
    constexpr int input(int i, int k = 0) const {
        const int e = positional_entry(g_.view(), i, k);
        return e >= 0 ? g_.input(i, e) : -1;
    }
    constexpr bool is_dequantize(int i) const { return is(i, op_code::dequantize); }
    constexpr bool is_static_quantize(int i) const { return g_.nodes[i].op == &quantize_per_tensor_op; }
    constexpr bool has_config(int i) const { return p_.config_of(i) != nullptr; }

    /// The quantize node, its scale and zero point go; their readers read `by`, which takes over the qparams.
    constexpr void absorb_quantize(int q, int by) {
        g_.nodes[by].observer = g_.nodes[q].observer;
        remove_quantize(q, by);
    }
    constexpr void remove_quantize(int q, int by) {
        const int scale = g_.arg(q, 1).value, zero_point = g_.arg(q, 2).value;
        g_.forward(q, by);
        g_.erase(q);
        g_.erase(scale);
        g_.erase(zero_point);
    }
    /// Argument entry `k` of node `i` reads the codes behind its dequantize.
    constexpr void read_codes(int i, int k) { g_.arg(i, k).value = input(g_.input(i, k)); }

    /// quantize(relu?(reference module(dequantize))).
    constexpr void lower_static_module(int q) {
        if (!is_static_quantize(q)) return;
        int ref = input(q);
        const bool relu = is_relu(ref);
        if (relu) ref = input(ref);
        if (ref < 0 || g_.nodes[ref].form != node_form::reference || !has_config(ref)) return;
        for (int k = 0; k < g_.nodes[ref].arg_count; ++k)
            if (!is_dequantize(g_.input(ref, k))) return;
        for (int k = 0; k < g_.nodes[ref].arg_count; ++k) read_codes(ref, k);
        g_.nodes[ref].form = node_form::quantized;
        g_.nodes[ref].relu = relu;
        absorb_quantize(q, ref);
    }

    /// reference module(dequantize(quantize_dynamic(x))).
    constexpr void lower_dynamic_module(int ref) {
        if (g_.nodes[ref].form != node_form::reference || !has_config(ref)) return;
        const int d = input(ref);
        if (!is_dequantize(d) || !is(input(d), op_code::quantize_dynamic)) return;
        g_.nodes[ref].observer = g_.nodes[input(d)].observer;
        g_.nodes[ref].form = node_form::dynamic;
        g_.arg(ref, positional_entry(g_.view(), ref, 0)).value = input(input(d));
    }

    /// quantize(relu?(linear(dequantize, dequantize(quantize(weight)), bias?))).
    constexpr void lower_static_functional(int q) {
        if (!is_static_quantize(q)) return;
        int f = input(q);
        const bool relu = is_relu(f);
        if (relu) f = input(f);
        if (f < 0 || g_.nodes[f].op != id_of<fn::linear> || !has_config(f)) return;
        if (!is_dequantize(input(f, 0)) || !is_dequantize(input(f, 1))) return;
        read_codes(f, positional_entry(g_.view(), f, 0));
        read_codes(f, positional_entry(g_.view(), f, 1));
        g_.nodes[f].form = node_form::quantized;
        g_.nodes[f].relu = relu;
        g_.nodes[f].op = relu ? &quantized_linear_relu_op : &quantized_linear_op;
        absorb_quantize(q, f);
    }

    /// quantize(relu?(add or mul or matmul(dequantize, dequantize or number))): a new node, after the quantize.
    constexpr void lower_binary(int q) {
        if (!is_static_quantize(q)) return;
        int b = input(q);
        const int relu = is_relu(b) ? b : -1;
        if (relu >= 0) b = input(relu);
        const op_info* op = b < 0 ? nullptr : binary_op(b, relu >= 0);
        if (!op || !has_config(b)) return;
        int count = 0;
        for (int k = 0; k < g_.nodes[b].arg_count; ++k) {
            if (!g_.arg(b, k).is_node()) continue;
            if (!is_dequantize(g_.input(b, k))) return;
            ++count;
        }
        if (count == 0) return;
        node n = g_.nodes[b];
        n.op = op;
        n.kind = node_kind::call_function;
        n.form = node_form::quantized;
        n.relu = relu >= 0;
        n.observer = g_.nodes[q].observer;
        const int id = g_.insert_after(n, q);
        argument args[4];
        int k = 0;
        for (; k < 2; ++k) {
            args[k] = g_.arg(b, k);
            if (args[k].is_node()) args[k] = node_argument(input(g_.input(b, k)));
        }
        if (count == 2) {
            args[k++] = node_argument(g_.arg(q, 1).value);
            args[k++] = node_argument(g_.arg(q, 2).value);
        }
        g_.set_args(id, args, k);
        g_.forward(q, id);
        g_.erase(q);
        if (relu >= 0) g_.erase(relu);
        g_.erase(b);
    }
    constexpr const op_info* binary_op(int b, bool relu) const {
        if (g_.nodes[b].form != node_form::plain) return nullptr;
        if (g_.nodes[b].op == id_of<fn::add>) return relu ? &quantized_add_relu_op : &quantized_add_op;
        if (g_.nodes[b].op == id_of<fn::mul>) return relu ? &quantized_mul_relu_op : &quantized_mul_op;
        if (g_.nodes[b].op == id_of<fn::matmul>) return relu ? nullptr : &quantized_matmul_op;
        return nullptr;
    }

    static constexpr bool keeps_qparams(op_code c) {
        switch (c) {
            case op_code::relu:
            case op_code::relu6:
            case op_code::max_pool:
            case op_code::avg_pool:
            case op_code::adaptive_avg_pool:
            case op_code::mean:
            case op_code::flatten:
            case op_code::reshape:
            case op_code::identity:
            case op_code::cat: return true;
            default: return false;
        }
    }
    static constexpr bool has_fixed_qparams(op_code c) {
        return c == op_code::sigmoid || c == op_code::hardsigmoid || c == op_code::tanh;
    }
    static constexpr bool takes_output_qparams(op_code c) {
        return c == op_code::hardswish || c == op_code::batch_norm || c == op_code::softmax || c == op_code::dropout;
    }

    /// quantize(copy, shape, fixed-qparams or simple op(dequantize...)): the op itself works on codes.
    constexpr void lower_special(int q) {
        if (!is_static_quantize(q)) return;
        const int i = input(q);
        if (i < 0 || g_.nodes[i].form != node_form::plain || !has_config(i)) return;
        const op_code c = code(i);
        if (!keeps_qparams(c) && !has_fixed_qparams(c) && !takes_output_qparams(c)) return;
        if (g_.nodes[i].op == id_of<nn::flatten<>>) return;  // PyTorch lowers the function, not the module
        int count = 0;
        for (int k = 0; k < g_.nodes[i].arg_count; ++k) {
            if (!g_.arg(i, k).is_node()) continue;
            if (!is_dequantize(g_.input(i, k))) return;
            ++count;
        }
        if (count == 0) return;
        for (int k = 0; k < g_.nodes[i].arg_count; ++k)
            if (g_.arg(i, k).is_node()) read_codes(i, k);
        g_.nodes[i].form = node_form::quantized;
        if (keeps_qparams(c))
            remove_quantize(q, i);
        else
            absorb_quantize(q, i);
    }

    constexpr void remove_dead_code() {
        growable<bool> read;
        read.resize(g_.nodes.size());
        for (int i = g_.last; i >= 0;) {
            const int previous = g_.nodes[i].previous;
            const node_kind k = g_.nodes[i].kind;
            if (!read[i] && k != node_kind::output && k != node_kind::placeholder)
                g_.erase(i);
            else
                for_each_input(g_.view(), i, [&](const argument& a) { read[a.value] = true; });
            i = previous;
        }
    }

    prepared_view p_;
    graph_builder g_;
};

}  // namespace detail

/// The lowered graph of a reference graph.
constexpr graph_builder lower_graph(const prepared_view& p, const graph_view& reference) {
    return detail::graph_lowerer(p, reference).run();
}

namespace stage {

/// An observer becomes at most four nodes with six arguments.
template <class Net, class Backend, class Mapping>
inline constexpr graph_sizes reference_sizes = [] {
    constexpr prepared_view p = prepared_view_of<Net, Backend, Mapping>();
    return graph_sizes{p.graph.node_count + 4 * p.observer_count, p.graph.arg_count + 6 * p.observer_count,
                       p.graph.fusion_count};
}();
/// The reference graph as a constant.
template <class Net, class Backend, class Mapping>
inline constexpr frozen_graph<reference_sizes<Net, Backend, Mapping>> reference{
    convert_graph(prepared_view_of<Net, Backend, Mapping>())};

template <class Net, class Backend, class Mapping>
inline constexpr graph_sizes lowered_sizes = [] {
    constexpr graph_view g = reference<Net, Backend, Mapping>.view();
    int binary = 0;  // only binary ops become new nodes
    for (int i = g.first; i >= 0; i = g[i].next)
        if (g[i].op->code == op_code::add || g[i].op->code == op_code::mul || g[i].op->code == op_code::matmul)
            ++binary;
    return graph_sizes{g.node_count + binary, g.arg_count + 4 * binary, g.fusion_count};
}();
/// The lowered graph as a constant.
template <class Net, class Backend, class Mapping>
inline constexpr frozen_graph<lowered_sizes<Net, Backend, Mapping>> lowered{
    lower_graph(prepared_view_of<Net, Backend, Mapping>(), reference<Net, Backend, Mapping>.view())};

}  // namespace stage

QUANTYPE_END_NAMESPACE
