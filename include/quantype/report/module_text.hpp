// SPDX-License-Identifier: BSL-1.0
// One module as PyTorch prints it: float, fused, reference, quantized, dynamic, observer.
// Takes: a module call of a stage's graph. Gives: its repr, several lines for a fused module.
#pragma once
#include <string>

#include <quantype/report/node_list.hpp>
#include <quantype/report/python_text.hpp>
#include <quantype/report/qat_text.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace report {

namespace detail {

/// "3, 16, kernel_size=(3, 3), stride=(1, 1)", then `middle`, then the parts that are not the default.
inline std::string conv_arguments(const attributes& a, const std::string& middle) {
    const window& w = a.geometry;
    const int n = w.rank;
    std::string text = std::to_string(a.in) + ", " + std::to_string(a.out) +
                       ", kernel_size=" + python_tuple(w.kernel, n) + ", stride=" + python_tuple(w.stride, n) + middle;
    bool padded = false, even = true, dilated = false;
    for (int i = 0; i < n; ++i) {
        padded = padded || w.pad_before[i] != 0 || w.pad_after[i] != 0;
        even = even && w.pad_before[i] == w.pad_after[i];
        dilated = dilated || w.dilation[i] != 1;
    }
    if (padded && even) text += ", padding=" + python_tuple(w.pad_before, n);
    // PyTorch has no such convolution; (before, after) for each dimension.
    if (padded && !even)
        for (int i = 0; i < n; ++i)
            text += (i == 0 ? ", padding=((" : ", (") + std::to_string(w.pad_before[i]) + ", " +
                    std::to_string(w.pad_after[i]) + (i + 1 == n ? "))" : ")");
    if (dilated) text += ", dilation=" + python_tuple(w.dilation, n);
    if (a.groups != 1) text += ", groups=" + std::to_string(a.groups);
    return a.bias ? text : text + ", bias=False";
}

inline std::string linear_arguments(const attributes& a) {
    return "in_features=" + std::to_string(a.in) + ", out_features=" + std::to_string(a.out);
}

/// One number when all dimensions are equal, else a tuple: how the arguments of pools are usually written.
inline std::string short_size(const int* values, int count) {
    for (int i = 1; i < count; ++i)
        if (values[i] != values[0]) return python_tuple(values, count);
    return std::to_string(values[0]);
}

inline std::string pool_arguments(const attributes& a) {
    const window& w = a.geometry;
    std::string text = "kernel_size=" + short_size(w.kernel, w.rank) + ", stride=" + short_size(w.stride, w.rank) +
                       ", padding=" + short_size(w.pad_before, w.rank);
    if (a.code == op_code::avg_pool) return text;
    return text + ", dilation=" + short_size(w.dilation, w.rank) + ", ceil_mode=" + python_bool(w.ceil_mode);
}

/// What stands between the parentheses of a float module.
inline std::string float_arguments(const attributes& a) {
    switch (a.code) {
        case op_code::linear: return linear_arguments(a) + ", bias=" + python_bool(a.bias);
        case op_code::conv: return conv_arguments(a, "");
        case op_code::batch_norm:
            return std::to_string(a.in) + ", eps=" + python_float(a.scalar) +
                   ", momentum=0.1, affine=True, bias=True, track_running_stats=True";
        case op_code::max_pool:
        case op_code::avg_pool: return pool_arguments(a);
        case op_code::adaptive_avg_pool: return "output_size=" + short_size(a.axes, a.axis_count);
        case op_code::dropout: return "p=" + python_float(a.scalar) + ", inplace=False";
        case op_code::softmax: return "dim=" + std::to_string(a.axes[0]);
        case op_code::flatten:
            return "start_dim=" + std::to_string(a.axes[0]) + ", end_dim=" + std::to_string(a.axes[1]);
        case op_code::pad:
            if (!a.has_scalar) return python_tuple(a.axes, a.axis_count);
            return "padding=" + python_tuple(a.axes, a.axis_count) + ", value=" + python_float(a.scalar);
        default: return "";
    }
}

/// Arguments of several lines stand on lines of their own.
inline std::string in_parentheses(const std::string& name, const std::string& arguments) {
    if (arguments.find('\n') == std::string::npos) return name + "(" + arguments + ")";
    return name + "(\n  " + indent_rest(arguments) + "\n)";
}

inline std::string observer_text(const observer_config& o, const observed_range& r) {
    const std::string name(o.type->name);
    const auto values = [&](const std::vector<float>& v) {
        return o.type->per_channel ? tensor_text(v) : python_float(v.at(0));
    };
    switch (o.type->rule) {
        case observer_rule::min_max:
        case observer_rule::moving_average:
        case observer_rule::histogram:
            return in_parentheses(name, "min_val=" + values(r.min) + ", max_val=" + values(r.max));
        case observer_rule::placeholder:
            return name + "(dtype=" + std::string(quantype::name_of(o.args.dtype)) +
                   ", is_dynamic=" + python_bool(o.args.is_dynamic) + ")";
        default: return name + "()";
    }
}

class module_printer {
public:
    module_printer(const prepared_view& p, const graph_view& g, const graph_values& v) : p_(p), g_(g), values_(v) {}

    std::string text(int i) const {
        const node& n = g_[i];
        if (n.op->code == op_code::observer) return observer(n.observer);
        if (is_qat_class(n.op)) return trained(i);
        if (n.form == node_form::quantized && has_quantized_class(main_code(p_, g_, n))) return quantized(i);
        if (n.form == node_form::dynamic) return dynamic(i);
        if (n.fusion >= 0) return fused(n);
        return plain(n.op, p_.trace.modules[n.module].attrs(), n.form == node_form::reference);
    }

private:
    std::string observer(int slot) const {
        const observer_config& o = p_.observer(slot);
        std::string alone = observer_text(o, range_of(o, slot));
        if (o.fake == nullptr) return alone;
        const fake_quantize_state* s = values_.fake_quantize ? values_.fake_quantize(slot) : nullptr;
        return fake_quantize_text(o, s != nullptr ? *s : fake_quantize_state(o), alone);
    }

    /// torch.ao.nn.qat.*, torch.ao.nn.intrinsic.qat.*
    static bool is_qat_class(op_id op) { return op->name.find(".qat.") != std::string_view::npos; }
    /// A module in training: its float arguments, its batch norm, the fake-quantize of its weight.
    std::string trained(int i) const {
        const node& n = g_[i];
        std::vector<std::pair<std::string, std::string>> children;
        for (int k = 1; n.fusion >= 0 && k < g_.fusions[n.fusion].count; ++k) {
            const attributes a = p_.trace.calls[g_.fusions[n.fusion].parts[k]].attrs();
            if (a.code == op_code::batch_norm)
                children.emplace_back("bn", plain(part_class(p_, g_.fusions[n.fusion], k), a, false));
        }
        const attributes a =
            n.fusion >= 0 ? p_.trace.calls[g_.fusions[n.fusion].parts[0]].attrs() : p_.trace.modules[n.module].attrs();
        if (const qconfig* q = p_.config_of(i); q != nullptr && q->weight.fake != nullptr) {
            const fake_quantize_state* s = values_.weight_fake_quant ? values_.weight_fake_quant(i) : nullptr;
            const fake_quantize_state state = s != nullptr ? *s : fake_quantize_state(q->weight);
            const observed_range seen = state.observer.observed()
                                            ? observed_range{state.observer.min, state.observer.max}
                                            : nothing_seen(q->weight);
            children.emplace_back("weight_fake_quant",
                                  fake_quantize_text(q->weight, state, observer_text(q->weight, seen)));
        }
        return module_with_children(std::string(n.op->short_name()), float_arguments(a), children);
    }
    static observed_range nothing_seen(const observer_config& o) {
        return o.type->per_channel ? observed_range{{}, {}} : observed_range{};
    }
    observed_range range_of(const observer_config& o, int slot) const {
        if (values_.range) return values_.range(slot);
        return nothing_seen(o);
    }

    static std::string plain(op_id op, const attributes& a, bool reference) {
        const std::string name(op->short_name());
        return (reference ? "Quantized" + name + "(Reference)(" : name + "(") + float_arguments(a) + ")";
    }
    attributes part_attributes(const fusion& f, int k) const {
        attributes a = p_.trace.calls[f.parts[k]].attrs();
        if (k == 0 && f.folds_batch_norm) a.bias = true;  // the folded batch norm's shift
        return a;
    }
    /// Attributes of the part that carries the weight, or of the module itself.
    attributes weighted_attributes(const node& n) const {
        return n.fusion >= 0 ? part_attributes(g_.fusions[n.fusion], 0) : p_.trace.modules[n.module].attrs();
    }
    std::string fused(const node& n) const {
        const fusion& f = g_.fusions[n.fusion];
        const bool reference = n.form == node_form::reference;
        if (!is_wrapper(p_, g_, n)) return plain(n.op, part_attributes(f, 0), reference);
        std::string text = std::string(n.op->short_name()) + "(";
        bool has_function = false;  // an add between conv and relu: no child, and the relu is then a named one
        for (int k = 0, child = 0; k < f.count; ++k) {
            if (k == 1 && f.folds_batch_norm) continue;
            const op_id part = part_class(p_, f, k);
            if (part->kind != node_kind::call_module) {
                has_function = true;
                continue;
            }
            const std::string name = has_function ? "relu" : std::to_string(child++);
            text += "\n  (" + name + "): " + indent_rest(plain(part, part_attributes(f, k), reference && k == 0));
        }
        return text + "\n)";
    }

    std::string weight_qscheme(int i) const {
        const qconfig* q = p_.config_of(i);
        const bool per_channel =
            values_.per_channel ? values_.per_channel(i) : q && is_per_channel(q->weight.args.qscheme);
        return std::string("qscheme=torch.") + (per_channel ? "per_channel_affine" : "per_tensor_affine");
    }
    std::string quantized(int i) const {
        const node& n = g_[i];
        const attributes a = weighted_attributes(n);
        const std::string name = "Quantized" + std::string(n.op->short_name()) + "(";
        const op_code code = main_code(p_, g_, n);
        if (code != op_code::linear && code != op_code::conv) return name + float_arguments(a) + ")";
        const slot_qparams q = qparams_of(values_, n.observer);
        const std::string output = ", scale=" + python_float(q.scale) + ", zero_point=" + std::to_string(q.zero_point);
        if (code == op_code::conv) return name + conv_arguments(a, output) + ")";
        return name + linear_arguments(a) + output + ", " + weight_qscheme(i) + ")";
    }
    std::string dynamic(int i) const {
        const qconfig* q = p_.config_of(i);
        const dtype weight = q ? q->weight.args.dtype : dtype::qint8;
        std::string text = "DynamicQuantized" + std::string(g_[i].op->short_name()) + "(" +
                           linear_arguments(weighted_attributes(g_[i])) +
                           ", dtype=" + std::string(quantype::name_of(weight));
        if (is_quantized(weight)) text += ", " + weight_qscheme(i);
        return text + ")";
    }

    prepared_view p_;
    graph_view g_;
    graph_values values_;
};

}  // namespace detail

}  // namespace report

QUANTYPE_END_NAMESPACE
