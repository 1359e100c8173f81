// SPDX-License-Identifier: BSL-1.0
// A stage's graph as a list of nodes with names, targets and arguments, as torch.fx would list it.
// Takes: a prepared view, the graph of a stage, its run-time values. Gives: listed nodes in execution order.
#pragma once
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <quantype/lower/lower_graph.hpp>
#include <quantype/report/node_names.hpp>

QUANTYPE_BEGIN_NAMESPACE

struct fake_quantize_state;  // calibrate/fake_quantize.hpp

namespace report {

/// What an observer saw: one minimum and maximum, or one for each channel. Infinite: it saw nothing.
struct observed_range {
    std::vector<float> min{std::numeric_limits<float>::infinity()};
    std::vector<float> max{-std::numeric_limits<float>::infinity()};
};

/// Scale and zero point of a value.
struct slot_qparams {
    float scale = 1.0f;
    int zero_point = 0;
};

/// The run-time values that the printed forms show. A function that is empty gives the values of an observer that saw
/// nothing; `per_channel` falls back to the QConfig.
struct graph_values {
    std::function<observed_range(int slot)> range{};  ///< prepared text
    std::function<slot_qparams(int slot)> qparams{};  ///< reference and lowered
    std::function<bool(int node)> per_channel{};      ///< does this node's weight have a scale for each channel?
    /// Prepared text: a fake-quantize, or the one of a node's weight.
    std::function<const fake_quantize_state*(int slot)> fake_quantize{};
    std::function<const fake_quantize_state*(int node)> weight_fake_quant{};
};

/// An argument: a node's name, a literal, or a list of arguments.
struct listed_argument {
    argument::kind_type kind = argument::kind_type::none;
    std::string text{};  ///< node: its name; type: "torch.quint8"; text: itself
    int integer = 0;     ///< integer and boolean
    double real = 0;
    std::vector<listed_argument> items{};
    std::string keyword{};
};

/// One node.
struct listed_node {
    std::string name{};
    node_kind kind = node_kind::placeholder;
    std::string target{};
    std::vector<listed_argument> args{};  ///< positional
    std::vector<listed_argument> kwargs{};
    std::string module{};  ///< call_module: the class, "torch.ao.nn.quantized.Conv2d"
    const observer_config* observer = nullptr;
    int observer_id = -1;           ///< equal for calls that share one observer; counted by first appearance
    std::optional<double> value{};  ///< get_attr of a scale or zero point
    int node = -1;                  ///< index in the graph; -1 for a packed weight
};

inline std::string_view name_of(node_kind k) {
    constexpr std::string_view names[] = {"placeholder",   "get_attr",    "call_module",
                                          "call_function", "call_method", "output"};
    return names[static_cast<int>(k)];
}

namespace detail {

inline slot_qparams qparams_of(const graph_values& v, int slot) { return v.qparams ? v.qparams(slot) : slot_qparams{}; }

/// "torch.nn.Conv2d" -> "torch.ao.nn.quantized.Conv2d", "torch.ao.nn.intrinsic.X" ->
/// "torch.ao.nn.intrinsic.quantized.X".
inline std::string class_in(std::string_view folder, const op_info& op) {
    const std::string_view in_nn = "torch.nn.", in_intrinsic = "torch.ao.nn.intrinsic.";
    const bool is_nn = op.name.substr(0, in_nn.size()) == in_nn;
    if (!is_nn && op.name.substr(0, in_intrinsic.size()) != in_intrinsic) return std::string(op.name);
    const std::string_view start = is_nn ? std::string_view("torch.ao.nn.") : in_intrinsic;
    return std::string(start) + std::string(folder) + "." + std::string(op.short_name());
}

/// Modules that lowering swaps for a class of their own; the others work on codes as they are.
inline bool has_quantized_class(op_code c) {
    switch (c) {
        case op_code::linear:
        case op_code::conv:
        case op_code::conv_transpose:
        case op_code::batch_norm:
        case op_code::hardswish:
        case op_code::softmax:
        case op_code::dropout:
        case op_code::elu:
        case op_code::leaky_relu:
        case op_code::prelu:
        case op_code::layer_norm:
        case op_code::instance_norm:
        case op_code::embedding:
        case op_code::embedding_bag: return true;
        default: return false;
    }
}

/// Class that stands for part `k` of a fused module.
inline const op_info* part_class(const prepared_view& p, const fusion& f, int k) {
    for (int i = 0; i < p.trace.graph.node_count; ++i) {
        const node& n = p.trace.graph[i];
        if (n.origin != f.parts[k] || n.kind == node_kind::output) continue;
        return n.kind != node_kind::call_module && n.op->code == op_code::relu ? id_of<nn::relu> : n.op;
    }
    return nullptr;
}

/// True for a fused class that contains its parts, false for a batch norm that was folded into a plain module.
inline bool is_wrapper(const prepared_view& p, const graph_view& g, const node& n) {
    return n.fusion >= 0 && part_class(p, g.fusions[n.fusion], 0) != n.op;
}

/// What a module computes, fused or not: the code of the part that carries the weight.
inline op_code main_code(const prepared_view& p, const graph_view& g, const node& n) {
    const op_info* first = n.fusion >= 0 ? part_class(p, g.fusions[n.fusion], 0) : nullptr;
    return (first ? first : n.op)->code;
}

inline std::string module_class(const prepared_view& p, const graph_view& g, const node& n) {
    switch (n.form) {
        case node_form::reference:
            if (is_wrapper(p, g, n)) return std::string(n.op->name);
            for (int k = 0; k < p.backend.pattern_count; ++k)
                if (p.backend.patterns[k].root_module == n.op && p.backend.patterns[k].reference_module)
                    return std::string(p.backend.patterns[k].reference_module->name);
            return class_in("quantized.reference", *n.op);
        case node_form::quantized:
            return has_quantized_class(main_code(p, g, n)) ? class_in("quantized", *n.op) : std::string(n.op->name);
        case node_form::dynamic: return class_in("quantized.dynamic", *n.op);
        default: return std::string(n.op->name);
    }
}

class node_lister {
public:
    node_lister(const prepared_view& p, const graph_view& g, const graph_values& v)
        : p_(p), g_(g), values_(v), names_(names_of(p, g)), packed_(static_cast<std::size_t>(g.node_count), false) {}

    std::vector<listed_node> run() {
        for (int i = g_.first; i >= 0; i = g_[i].next)
            if (has_packed_weight(i)) mark_packed(i);
        for (int i = g_.first; i >= 0; i = g_[i].next) {
            if (packed_[static_cast<std::size_t>(i)]) continue;
            if (has_packed_weight(i))
                add_packed(i);
            else
                add(i);
        }
        return std::move(list_);
    }

private:
    bool has_packed_weight(int i) const {
        const bool lowered = g_[i].form == node_form::quantized || g_[i].form == node_form::dynamic;
        return lowered && g_[i].kind == node_kind::call_function &&
               (g_[i].op->code == op_code::linear || g_[i].op->code == op_code::conv);
    }
    int input(int i, int position) const {
        const int e = positional_entry(g_, i, position);
        return e >= 0 && g_.args[g_[i].first_arg + e].is_node() ? g_.args[g_[i].first_arg + e].value : -1;
    }

    /// The weight, its qparams and the bias of a functional linear or convolution vanish into one packed attribute.
    void mark_packed(int i) {
        for (int position = 1; position <= 2; ++position) mark(input(i, position));
    }
    void mark(int i) {
        if (i < 0 || used_elsewhere(i)) return;
        packed_[static_cast<std::size_t>(i)] = true;
        for_each_input(g_, i, [&](const argument& a) { mark(a.value); });
    }
    bool used_elsewhere(int value) const {
        for (int i = g_.first; i >= 0; i = g_[i].next)
            if (!has_packed_weight(i) && !packed_[static_cast<std::size_t>(i)] && detail::reads(g_, i, value))
                return true;
        return false;
    }

    listed_argument argument_at(int& entry) const {
        const argument& a = g_.args[entry++];
        listed_argument r;
        r.kind = a.kind;
        if (a.keyword != nullptr) r.keyword = a.keyword;
        r.integer = a.value;
        r.real = a.number;
        if (a.kind == argument::kind_type::node) r.text = names_[a.value];
        if (a.kind == argument::kind_type::text) r.text = a.text;
        if (a.kind == argument::kind_type::type) r.text = std::string(quantype::name_of(static_cast<dtype>(a.value)));
        if (a.kind == argument::kind_type::list)
            for (int k = 0; k < a.value; ++k) r.items.push_back(argument_at(entry));
        return r;
    }
    static listed_argument reference_to(const std::string& name) {
        listed_argument r;
        r.kind = argument::kind_type::node;
        r.text = name;
        return r;
    }

    static listed_argument boolean(bool value) {
        listed_argument r;
        r.kind = argument::kind_type::boolean;
        r.integer = value ? 1 : 0;
        return r;
    }

    listed_node listed(int i) const {
        const node& n = g_[i];
        listed_node r;
        r.node = i;
        r.kind = n.kind;
        r.name = names_[i];
        r.target =
            n.kind == node_kind::call_function ? std::string(n.op->name) : names_.target[static_cast<std::size_t>(i)];
        if (n.kind == node_kind::call_module && n.op->code != op_code::observer) r.module = module_class(p_, g_, n);
        return r;
    }
    void add(int i) {
        const node& n = g_[i];
        listed_node r = listed(i);
        if (n.kind != node_kind::placeholder)
            for (int k = n.first_arg; k < n.first_arg + n.arg_count;) {
                listed_argument a = argument_at(k);
                (a.keyword.empty() ? r.args : r.kwargs).push_back(std::move(a));
            }
        if (n.op->code == op_code::observer) {
            r.observer = &p_.observer(n.observer);
            r.observer_id = id_of_instance(p_.observers[n.observer].instance);
        }
        if (n.op->code == op_code::qparam) set_value(r, n);
        list_.push_back(std::move(r));
    }
    void set_value(listed_node& r, const node& n) const {
        if (is_per_channel(p_.observer(n.observer).args.qscheme)) return;
        const slot_qparams q = qparams_of(values_, n.observer);
        r.value =
            n.op == &quantype::detail::scale_op ? static_cast<double>(q.scale) : static_cast<double>(q.zero_point);
    }
    int id_of_instance(int instance) { return ids_.emplace(instance, static_cast<int>(ids_.size())).first->second; }

    /// Packed weight, scale, zero point, call; a dynamic one has no scale and zero point, but may reduce the range.
    void add_packed(int i) {
        std::string path(p_.trace.scope_path(g_[i].scope));
        for (char& c : path)
            if (c == '.') c = '_';
        listed_node packed;
        packed.kind = node_kind::get_attr;
        packed.target = path + "_packed_weight_" + std::to_string(packed_count_[path]++);
        packed.name = spare_.create(packed.target);
        listed_node call = listed(i);
        call.args = {reference_to(names_[input(i, 0)]), reference_to(packed.name)};
        list_.push_back(std::move(packed));
        if (g_[i].form == node_form::dynamic) {
            const observer_config& o = p_.observer(g_[i].observer);
            if (is_quantized(o.args.dtype)) call.args.push_back(boolean(o.args.reduce_range));
            list_.push_back(std::move(call));
            return;
        }
        for (int k = p_.graph.node_count; k < g_.node_count; ++k) {
            if (g_[k].op->code != op_code::qparam || g_[k].observer != g_[i].observer) continue;
            listed_node q = listed(k);
            set_value(q, g_[k]);
            call.args.push_back(reference_to(q.name));
            list_.push_back(std::move(q));
        }
        list_.push_back(std::move(call));
    }

    prepared_view p_;
    graph_view g_;
    graph_values values_;
    node_names names_;
    std::vector<bool> packed_;
    std::map<std::string, int> packed_count_{};
    std::map<int, int> ids_{};
    name_space spare_{};
    std::vector<listed_node> list_{};
};

}  // namespace detail

/// The prepared graph, observers with their configurations and identities.
inline std::vector<listed_node> prepared_list(const prepared_view& p) {
    return detail::node_lister(p, p.graph, {}).run();
}
/// The reference graph, scales and zero points with their values.
inline std::vector<listed_node> reference_list(const prepared_view& p, const graph_view& reference,
                                               const graph_values& v) {
    return detail::node_lister(p, reference, v).run();
}
/// The lowered graph.
inline std::vector<listed_node> lowered_list(const prepared_view& p, const graph_view& lowered, const graph_values& v) {
    return detail::node_lister(p, lowered, v).run();
}

}  // namespace report

QUANTYPE_END_NAMESPACE
