// SPDX-License-Identifier: BSL-1.0
// Lower: dequantize - op - quantize becomes a quantized op. Passes in PyTorch's order (fx._lower_to_native_backend).
// Takes: a reference graph. Gives: the lowered graph, where codes flow between quantized ops. Refuses nothing: what is
// not lowered keeps its quantize and dequantize and runs in float; `explain` says so. Next: plan.
#pragma once
#include <quantype/lower/own_lowering.hpp>
#include <quantype/model/functional_shape.hpp>
#include <quantype/model/fused_tail.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

class graph_lowerer {
public:
    constexpr graph_lowerer(const prepared_view& p, const graph_view& reference) : p_(p), g_(reference) {}

    constexpr graph_builder run() {
        if (has_own_lowerings()) each(&graph_lowerer::lower_own_pattern);
        each(&graph_lowerer::lower_static_module);
        each(&graph_lowerer::lower_dynamic_module);
        each(&graph_lowerer::lower_weight_only_module);
        each(&graph_lowerer::lower_static_functional);
        each(&graph_lowerer::lower_dynamic_functional);
        each(&graph_lowerer::lower_binary);
        each(&graph_lowerer::lower_size);
        each(&graph_lowerer::lower_special);
        g_.apply_forwards();
        remove_dead_code(g_);
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
        return is(i, op_code::relu) && g_.nodes[i].kind != node_kind::call_method &&
               g_.nodes[i].form == node_form::plain && g_.nodes[i].fusion < 0;
    }
    constexpr int input(int i, int k = 0) const {
        const int e = positional_entry(g_.view(), i, k);
        return e >= 0 ? g_.input(i, e) : -1;
    }
    constexpr bool is_dequantize(int i) const { return is(i, op_code::dequantize); }
    constexpr bool is_dynamic_quantize(int i) const { return is(i, op_code::quantize_dynamic); }
    constexpr bool is_half(int i) const { return is(i, op_code::to_dtype); }
    /// What a module computes, fused or not: the code of the part that carries the weight.
    constexpr op_code main_code(int i) const {
        const node& n = g_.nodes[i];
        return n.fusion < 0 ? n.op->code : p_.trace.calls[g_.fusions[n.fusion].parts[0]].attrs().code;
    }
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

    constexpr bool has_own_lowerings() const {
        for (int k = 0; k < p_.backend.pattern_count; ++k)
            if (p_.backend.patterns[k].lowered != nullptr) return true;
        return false;
    }
    constexpr void lower_own_pattern(int q) {
        if (is_static_quantize(q)) own_lowering(p_, g_).run(q);
    }

    /// quantize(relu?(reference module(dequantize))).
    constexpr void lower_static_module(int q) {
        if (!is_static_quantize(q)) return;
        int ref = input(q);
        const bool relu = is_relu(ref);
        if (relu) ref = input(ref);
        if (ref < 0 || g_.nodes[ref].form != node_form::reference || !has_config(ref)) return;
        if (main_code(ref) != op_code::linear && main_code(ref) != op_code::conv) return;
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
        const op_code c = main_code(ref);
        if (c != op_code::linear && c != op_code::recurrent && c != op_code::recurrent_cell) return;
        const fused_tail tail = tail_of(p_.trace, g_.view(), ref);
        if (tail != fused_tail::none && tail != fused_tail::relu) return;  // no dynamic class: stays a reference module
        const int d = input(ref);
        if (!is_dequantize(d) || !is_dynamic_quantize(input(d))) return;
        g_.nodes[ref].observer = g_.nodes[input(d)].observer;
        g_.nodes[ref].form = node_form::dynamic;
        g_.arg(ref, positional_entry(g_.view(), ref, 0)).value = input(input(d));
    }

    /// A reference module whose input is not quantized: a table.
    constexpr void lower_weight_only_module(int ref) {
        if (g_.nodes[ref].form != node_form::reference || !has_config(ref)) return;
        if (main_code(ref) == op_code::embedding || main_code(ref) == op_code::embedding_bag)
            g_.nodes[ref].form = node_form::quantized;
    }

    /// The quantized form of a function with a weight, or null.
    static constexpr const op_info* static_form(op_id op, bool relu) {
        if (op == id_of<fn::linear>) return relu ? &quantized_linear.relu : &quantized_linear.plain;
        if (op == id_of<fn::conv1d>) return relu ? &quantized_conv1d.relu : &quantized_conv1d.plain;
        if (op == id_of<fn::conv2d>) return relu ? &quantized_conv2d.relu : &quantized_conv2d.plain;
        if (op == id_of<fn::conv3d>) return relu ? &quantized_conv3d.relu : &quantized_conv3d.plain;
        if (relu) return nullptr;
        if (op == id_of<fn::conv_transpose1d>) return &quantized_conv_transpose1d_op;
        if (op == id_of<fn::conv_transpose2d>) return &quantized_conv_transpose2d_op;
        if (op == id_of<fn::conv_transpose3d>) return &quantized_conv_transpose3d_op;
        return nullptr;
    }
    /// quantize(relu?(linear or conv(dequantize, dequantize(quantize(weight)), bias?))).
    constexpr void lower_static_functional(int q) {
        if (!is_static_quantize(q)) return;
        int f = input(q);
        const bool relu = is_relu(f);
        if (relu) f = input(f);
        const op_info* form = f < 0 ? nullptr : static_form(g_.nodes[f].op, relu);
        if (!form || !has_config(f) || !is_dequantize(input(f, 0)) || !is_dequantize(input(f, 1))) return;
        if (main_is_dynamic(f)) return;
        read_codes(f, positional_entry(g_.view(), f, 0));
        read_codes(f, positional_entry(g_.view(), f, 1));
        g_.nodes[f].form = node_form::quantized;
        g_.nodes[f].relu = relu;
        g_.nodes[f].op = form;
        absorb_quantize(q, f);
    }
    constexpr bool main_is_dynamic(int f) const { return is_dynamic_quantize(input(input(f, 0))); }

    /// relu?(linear(dequantize(quantize_dynamic), dequantize(weight, quantized or float16), bias?)). Starts at the
    /// linear; a relu that alone reads it goes in.
    constexpr void lower_dynamic_functional(int f) {
        if (g_.nodes[f].op != id_of<fn::linear> || g_.nodes[f].form != node_form::plain || !has_config(f)) return;
        if (!is_dequantize(input(f, 0)) || !is_dequantize(input(f, 1)) || !main_is_dynamic(f)) return;
        const int q = input(input(f, 0));
        const int relu = only_reader_is_relu(f);
        const functional_forms& forms =
            p_.observer(g_.nodes[q].observer).args.dtype == dtype::float16 ? dynamic_half_linear : dynamic_linear;
        g_.nodes[f].observer = g_.nodes[q].observer;
        read_codes(f, positional_entry(g_.view(), f, 1));
        g_.arg(f, positional_entry(g_.view(), f, 0)).value = input(q);
        g_.nodes[f].form = node_form::dynamic;
        g_.nodes[f].relu = relu >= 0;
        g_.nodes[f].op = relu >= 0 ? &forms.relu : &forms.plain;
        if (relu < 0) return;
        g_.forward(relu, f);
        g_.erase(relu);
    }
    /// The relu that alone reads node `f`, or -1.
    constexpr int only_reader_is_relu(int f) {
        if (users_.empty()) {
            g_.apply_forwards();
            users_ = count_users(g_.view());
        }
        if (users_[f] != 1) return -1;
        for (int i = g_.nodes[f].next; i >= 0; i = g_.nodes[i].next)
            for (int k = 0; k < g_.nodes[i].arg_count; ++k)
                if (g_.input(i, k) == f) return is_relu(i) ? i : -1;
        return -1;
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
        const op_code c = g_.nodes[b].kind == node_kind::call_function ? code(b) : op_code::none;
        if (c == op_code::add) return relu ? &quantized_add_relu_op : &quantized_add_op;
        if (c == op_code::mul) return relu ? &quantized_mul_relu_op : &quantized_mul_op;
        if (g_.nodes[b].op == id_of<fn::matmul>) return relu ? nullptr : &quantized_matmul_op;
        return nullptr;
    }

    /// A size is the same on codes.
    constexpr void lower_size(int i) {
        if (is(i, op_code::size) && is_dequantize(input(i))) read_codes(i, positional_entry(g_.view(), i, 0));
    }

    static constexpr bool keeps_qparams(op_code c) {
        switch (c) {
            case op_code::hardtanh:
            case op_code::clamp:
            case op_code::permute:
            case op_code::transpose:
            case op_code::relu:
            case op_code::relu6:
            case op_code::max_pool:
            case op_code::avg_pool:
            case op_code::adaptive_avg_pool:
            case op_code::mean:
            case op_code::flatten:
            case op_code::reshape:
            case op_code::identity:
            case op_code::cat:
            case op_code::stack:
            case op_code::repeat:
            case op_code::repeat_interleave:
            case op_code::narrow:
            case op_code::resize:
            case op_code::pixel_shuffle:
            case op_code::pixel_unshuffle:
            case op_code::channel_shuffle: return true;
            default: return false;
        }
    }
    static constexpr bool has_fixed_qparams(op_code c) {
        return c == op_code::sigmoid || c == op_code::hardsigmoid || c == op_code::tanh;
    }
    static constexpr bool takes_output_qparams(op_code c) {
        switch (c) {
            case op_code::hardswish:
            case op_code::batch_norm:
            case op_code::softmax:
            case op_code::dropout:
            case op_code::elu:
            case op_code::leaky_relu:
            case op_code::prelu:
            case op_code::layer_norm:
            case op_code::instance_norm: return true;
            default: return false;
        }
    }

    /// The quantized form of a function that takes its output's qparams as keywords, or null.
    static constexpr const op_info* keyword_op(op_id op) {
        if (op->kind != node_kind::call_function) return nullptr;
        switch (op->code) {
            case op_code::elu: return &quantized_elu_op;
            case op_code::hardswish: return &quantized_hardswish_op;
            case op_code::leaky_relu: return &quantized_leaky_relu_op;
            case op_code::dropout: return &quantized_dropout_op;
            case op_code::layer_norm: return &quantized_layer_norm_op;
            case op_code::instance_norm: return &quantized_instance_norm_op;
            default: return nullptr;
        }
    }
    /// A new node in place of function `i` and its quantize `q`, behind the scale and zero point, which it takes.
    constexpr void give_qparams(int i, int q, const op_info* op) {
        growable<argument> args;
        for (int k = 0; k < g_.nodes[i].arg_count; ++k)
            if (op == &quantized_leaky_relu_op || !g_.arg(i, k).is_keyword("inplace")) args.push_back(g_.arg(i, k));
        args.push_back(g_.arg(q, 1));
        args.back().keyword = "output_scale";
        args.push_back(g_.arg(q, 2));
        args.back().keyword = "output_zero_point";
        node n = g_.nodes[i];
        n.op = op;
        n.form = node_form::quantized;
        n.observer = g_.nodes[q].observer;
        const int id = g_.insert_after(n, q);
        g_.set_args(id, args.begin(), args.size());
        g_.forward(q, id);
        g_.erase(q);
        g_.erase(i);
    }

    /// Names under which PyTorch's lowering does not know an op: of flatten only the function is lowered, of permute
    /// only the method, of cat only torch.cat.
    static constexpr bool is_other_spelling(op_id op) {
        return op == id_of<nn::flatten<>> || op == id_of<method::flatten> || op == id_of<fn::permute> ||
               op == id_of<fn::permute_copy> || op == id_of<fn::concat> || op == id_of<fn::concatenate>;
    }
    /// Ops that work on codes as they are; on float16 only those that move data.
    constexpr bool is_special(int i, bool half) const {
        const node& n = g_.nodes[i];
        const op_code c = code(i);
        if (is_other_spelling(n.op)) return false;
        if (c == op_code::conv_transpose) return !half && n.form == node_form::reference;
        if (n.form != node_form::plain) return false;
        if (keeps_qparams(c)) return true;
        if (half) return false;
        return has_fixed_qparams(c) ||
               (takes_output_qparams(c) && (n.kind == node_kind::call_module || keyword_op(n.op)));
    }

    /// quantize(copy, shape, fixed-qparams or simple op(dequantize...)): the op itself works on codes.
    constexpr void lower_special(int q) {
        if (!is_static_quantize(q) && !is_half(q)) return;
        const int i = input(q);
        if (i < 0 || !has_config(i) || !is_special(i, is_half(q))) return;
        // The first argument decides, or each value of its list; the others are sizes and the like.
        const bool list = g_.arg(i, 0).kind == argument::kind_type::list;
        const int first = list ? 1 : 0, end = list ? 1 + g_.arg(i, 0).value : 1;
        for (int k = first; k < end; ++k)
            if (!is_dequantize(g_.input(i, k))) return;
        for (int k = first; k < end; ++k) read_codes(i, k);
        if (const op_info* op = keyword_op(g_.nodes[i].op)) return give_qparams(i, q, op);
        g_.nodes[i].form = node_form::quantized;
        if (is_half(q)) {
            g_.forward(q, i);
            g_.erase(q);
        } else if (keeps_qparams(code(i)))
            remove_quantize(q, i);
        else
            absorb_quantize(q, i);
    }

    prepared_view p_;
    graph_builder g_;
    growable<int> users_{};  // how many nodes read each, counted when the dynamic functional pass needs it
};

}  // namespace detail

/// The lowered graph of a reference graph.
constexpr graph_builder lower_graph(const prepared_view& p, const graph_view& reference) {
    return detail::graph_lowerer(p, reference).run();
}

namespace stage {

template <class Net, class Backend, class Mapping>
inline constexpr graph_sizes lowered_sizes = [] {
    constexpr graph_view g = reference<Net, Backend, Mapping>.view();
    int functions = 0, args = 0;  // only functions become new nodes, with at most two arguments more
    for (int i = g.first; i >= 0; i = g[i].next) {
        if (g[i].kind != node_kind::call_function) continue;
        ++functions;
        args += g[i].arg_count + 2;
    }
    return graph_sizes{g.node_count + functions, g.arg_count + args, g.fusion_count};
}();
/// The lowered graph as a constant.
template <class Net, class Backend, class Mapping>
inline constexpr frozen_graph<lowered_sizes<Net, Backend, Mapping>> lowered{
    lower_graph(prepared_view_of<Net, Backend, Mapping>(), reference<Net, Backend, Mapping>.view())};

}  // namespace stage

QUANTYPE_END_NAMESPACE
