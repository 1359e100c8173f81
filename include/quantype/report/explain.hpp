// SPDX-License-Identifier: BSL-1.0
// explain: what was decided for every node of the traced model, and why, one line each.
// Takes: a prepared view; for the kernel column, a function. Gives: text in aligned columns and a summary line.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include <quantype/prepare/decisions.hpp>
#include <quantype/report/node_names.hpp>
#include <quantype/report/python_text.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace report {

/// "Conv2d + ReLU" in forward order for a chain, "relu(add(*, *))" for a tree; "*" matches anything.
/// `full` gives PyTorch's dotted names: "torch.nn.Conv2d + torch.nn.ReLU".
inline std::string pattern_text(const pattern_tree& t, bool full = false, int at = 0) {
    const auto name = [&](const pattern_tree::entry& e) {
        return e.op == nullptr ? std::string("*") : std::string(full ? e.op->name : e.op->short_name());
    };
    bool chain = at == 0;
    for (int i = 0; i < t.size; ++i) chain = chain && t.nodes[i].argument_count <= 1;
    std::string text;
    if (chain) {
        for (int i = t.size - 1; i >= 0; --i) text += (text.empty() ? "" : " + ") + name(t.nodes[i]);
        return text;
    }
    text = name(t.nodes[at]);
    for (int a = 0, i = at + 1; a < t.nodes[at].argument_count; ++a, i = t.skip(i))
        text += (a == 0 ? "(" : ", ") + pattern_text(t, full, i);
    return t.nodes[at].argument_count > 0 ? text + ")" : text;
}

/// "quint8 x qint8 -> quint8", "quint8 -> quint8", "quint8 x qint8 -> float32, dynamic".
inline std::string dtype_config_text(const dtype_config_value& c) {
    const auto name = [](const dtype_with_constraints& d) {
        if (d.type == dtype::none) return std::string("any");
        const std::string_view full = quantype::name_of(d.type);
        return std::string(full.substr(full.rfind('.') + 1));
    };
    std::string text = name(c.input_dtype);
    if (c.weight_dtype.type != dtype::none) text += " x " + name(c.weight_dtype);
    text += " -> " + name(c.output_dtype);
    return c.is_dynamic && *c.is_dynamic ? text + ", dynamic" : text;
}

/// What a node came out as: "quantized" or "float"; a float16 pattern counts as quantized.
inline std::string_view word_of(decision d) {
    if (d == decision::not_applicable) return "-";
    return d == decision::quantized ? "quantized" : "float";
}

/// Why, in a sentence with the numbers that were compared.
inline std::string reason_of(const finding& f) {
    const std::string who = f.on_weight ? "the weight's " : "the activation's ";
    const auto whole = [](double x) { return std::to_string(static_cast<long long>(x)); };
    const auto codes = [&](const double(&r)[2]) { return whole(r[0]) + ".." + whole(r[1]); };
    const auto type = [](double d) { return std::string(quantype::name_of(static_cast<dtype>(d))); };
    const auto fixed = [&](const double(&q)[2]) {
        return "scale " + python_float(q[0]) + ", zero point " + whole(q[1]);
    };
    switch (f.what) {
        case decision::not_applicable: return "";
        case decision::quantized: return "a pattern and a dtype config of the backend fit the QConfig";
        case decision::inside_pattern: return "part of a pattern";
        case decision::float_by_choice: return "the mapping gives no QConfig";
        case decision::nothing_to_share: return "moves data only, and its input is float";
        case decision::no_pattern: return "no pattern of the backend matches";
        case decision::activation_dtype:
            return "the activation dtype is " + type(f.have[0]) + ", the backend needs " + type(f.need[0]);
        case decision::weight_dtype:
            if (f.have[0] == f.need[0]) return "the bias dtype is not the backend's";
            return "the weight dtype is " + type(f.have[0]) + ", the backend needs " + type(f.need[0]);
        case decision::quant_range_missing: return who + "observer has no quant range, the backend asks for one";
        case decision::quant_range:
            return who + "quant range " + codes(f.have) + " exceeds the backend's " + codes(f.need);
        case decision::scale_min_missing:
            return who + "observer has no eps, the backend's smallest scale is " + python_float(f.need[0]);
        case decision::scale_min:
            return who + "eps " + python_float(f.have[0]) + " is below the backend's smallest scale " +
                   python_float(f.need[0]);
        case decision::fixed_missing: return "needs a fixed_qparams_observer with " + fixed(f.need);
        case decision::fixed_mismatch: return "fixed " + fixed(f.have) + ", the backend needs " + fixed(f.need);
        case decision::parts_disagree: return "the ops of the pattern carry different QConfigs";
    }
    return "";
}

namespace detail {

inline constexpr std::string_view name_of_float_kernel = "float32";

class explainer {
public:
    explainer(const prepared_view& p, const std::function<std::string(int)>& kernel)
        : p_(p), kernel_(kernel), names_(names_of(p, p.graph)), decisions_(decisions_of(p)) {}

    std::string run() {
        for (int i = 0; i < p_.traced_nodes; ++i) add(i);
        std::vector<std::size_t> width(rows_.front().size(), 0);
        for (const auto& row : rows_)
            for (std::size_t c = 0; c < row.size(); ++c) width[c] = std::max(width[c], row[c].size());
        std::string text;
        for (const auto& row : rows_) {
            std::string line;
            for (std::size_t c = 0; c < row.size(); ++c)
                line += row[c] + std::string(width[c] - row[c].size() + (c + 1 < row.size() ? 2 : 0), ' ');
            line.erase(line.find_last_not_of(' ') + 1);
            text += line + "\n";
        }
        return text + std::to_string(quantized_) + " of " + std::to_string(calls_) + " ops quantized\n";
    }

private:
    std::string path(int i) const {
        const node& n = p_.trace.graph[i];
        if (n.module >= 0) return std::string(p_.trace.module_path(n.module));
        const std::string scope(p_.trace.scope_path(n.scope));
        return scope.empty() ? names_[i] : scope + "." + names_[i];
    }
    static std::string op(const node& n) {
        switch (n.kind) {
            case node_kind::placeholder: return "input";
            case node_kind::output: return "output";
            case node_kind::get_attr: return "parameter";
            default: return std::string(n.op->short_name());
        }
    }
    std::string pattern_of(const finding& f) const { return pattern_text(p_.backend.patterns[f.pattern].tree); }

    /// Where else the backend knows an op that no pattern matches.
    std::string known_in(op_id op) const {
        std::string text;
        for (int k = 0, shown = 0; k < p_.backend.pattern_count && shown < 3; ++k) {
            const pattern_tree& t = p_.backend.patterns[k].tree;
            bool contains = false;
            for (int n = 0; n < t.size; ++n) contains = contains || t.nodes[n].op == op;
            if (contains) text += (shown++ == 0 ? "; the backend knows this op in " : ", ") + pattern_text(t);
        }
        return text.empty() ? "; the backend does not know this op" : text;
    }

    std::string reason(int i) const {
        const int fused = decisions_[i].fused_into, at = decisions_[i].at;
        if (fused >= 0) return "fused into " + path(fused) + " (" + std::string(p_.graph[fused].op->short_name()) + ")";
        const finding& f = p_.report[at];
        if (left_in_float(at)) return "the mapping given to convert has no QConfig here";
        if (at != i) return "in " + pattern_of(f) + ", which ends at " + path(at);
        if (f.what == decision::no_pattern) return reason_of(f) + known_in(p_.trace.graph[i].op);
        if (f.pattern < 0 && f.what == decision::quantized)
            return "a standalone module, prepared as a model of its own";
        if (f.pattern < 0) return reason_of(f);
        const quantype::detail::pattern_entry& e = p_.backend.patterns[f.pattern];
        if (f.what != decision::quantized) return pattern_of(f) + ": " + reason_of(f);
        return pattern_of(f) + ": " +
               dtype_config_text(p_.backend.dtype_configs[e.first_dtype_config + f.dtype_config]) + " (dtype config " +
               std::to_string(f.dtype_config + 1) + " of " + std::to_string(e.dtype_config_count) + ")";
    }

    bool left_in_float(int at) const {
        return p_.options.has_second_mapping && p_.report[at].what == decision::quantized && !p_.config_of(at);
    }

    void add(int i) {
        finding f = p_.report[decisions_[i].at];
        if (left_in_float(decisions_[i].at)) f.what = decision::float_by_choice;
        std::vector<std::string> row{path(i), op(p_.trace.graph[i]), std::string(word_of(f.what))};
        const std::string kernel = kernel_ ? kernel_(i) : "";
        if (kernel_) row.push_back(kernel);
        row.push_back(f.what == decision::not_applicable ? "" : reason(i));
        // Lowering goes by its own list of ops between a dequantize and a quantize, not by the backend.
        const bool on_codes = !kernel.empty() && kernel != name_of_float_kernel && kernel != "no work";
        if (row[2] == "float" && f.what != decision::float_by_choice && on_codes)
            row.back() += "; between quantized ops, lowering runs it on codes";
        if (f.what != decision::not_applicable) ++calls_;
        if (f.what == decision::quantized) ++quantized_;
        rows_.push_back(std::move(row));
    }

    prepared_view p_;
    const std::function<std::string(int)>& kernel_;
    node_names names_;
    growable<node_decision> decisions_;
    std::vector<std::vector<std::string>> rows_{};
    int calls_ = 0;
    int quantized_ = 0;
};

}  // namespace detail

/// Columns: path, op, "quantized" or "float", kernel (when `kernel` is given; it gets the node's index in the traced
/// graph and may return ""), and the reason. The last line counts: "4 of 6 ops quantized".
inline std::string explain(const prepared_view& p, const std::function<std::string(int)>& kernel = {}) {
    return detail::explainer(p, kernel).run();
}

}  // namespace report

QUANTYPE_END_NAMESPACE
