// SPDX-License-Identifier: BSL-1.0
// Does a QConfig satisfy a pattern's dtype configs? PyTorch: backend_config.utils and fx.prepare, section "is
// supported".
#pragma once
#include <quantype/backend/table.hpp>
#include <quantype/model/graph.hpp>
#include <quantype/prepare/match.hpp>
#include <quantype/prepare/report.hpp>
#include <quantype/qconfig/qconfig.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// Dtype of the bias that a QConfig implies.
constexpr dtype bias_dtype_of(const qconfig& q) {
    const bool half = q.activation.args.dtype == dtype::float16 && q.weight.args.dtype == dtype::float16;
    return half && !q.activation.args.is_dynamic ? dtype::float16 : dtype::float32;
}

constexpr finding failed(decision why, bool on_weight, double h0 = 0, double h1 = 0, double n0 = 0, double n1 = 0) {
    finding f;
    f.what = why;
    f.on_weight = on_weight;
    f.have[0] = h0;
    f.have[1] = h1;
    f.need[0] = n0;
    f.need[1] = n1;
    return f;
}
constexpr finding passed() {
    finding f;
    f.what = decision::quantized;
    return f;
}

/// Quant range, smallest scale and fixed qparams of one observer against one dtype with constraints.
constexpr finding check_constraints(const qconfig& q, bool on_weight, const dtype_with_constraints& d) {
    const observer_config& o = on_weight ? q.weight : q.activation;
    if (d.type == dtype::none || o.args.dtype != d.type) return passed();
    if (d.quant_min_lower_bound && d.quant_max_upper_bound) {
        if (!o.type->has_quant_range) return failed(decision::quant_range_missing, on_weight);
        const code_range r = effective_quant_range(o);
        const int lo = *d.quant_min_lower_bound, hi = *d.quant_max_upper_bound;
        if (r.min < lo || r.max > hi)
            return failed(decision::quant_range, on_weight, static_cast<double>(r.min), static_cast<double>(r.max), lo,
                          hi);
    }
    if (d.scale_min_lower_bound) {
        const double need = *d.scale_min_lower_bound;
        if (!o.type->has_eps) return failed(decision::scale_min_missing, on_weight, 0, 0, need);
        const double eps = static_cast<double>(o.args.eps);
        if (eps < need) return failed(decision::scale_min, on_weight, eps, 0, need);
    }
    if (d.scale_exact_match && d.zero_point_exact_match) {
        if (q == float16_static_qconfig || q == float16_dynamic_qconfig) return passed();
        const double scale = *d.scale_exact_match;
        const int zp = *d.zero_point_exact_match;
        const observer_config& a = q.activation;
        if (a.type->rule != observer_rule::fixed) return failed(decision::fixed_missing, on_weight, 0, 0, scale, zp);
        if (static_cast<double>(a.args.scale) != scale || a.args.zero_point != zp)
            return failed(decision::fixed_mismatch, on_weight, static_cast<double>(a.args.scale), a.args.zero_point,
                          scale, zp);
    }
    return passed();
}

constexpr finding check_activation(const qconfig& q, const dtype_config_value& c) {
    if (c.input_dtype.type == dtype::none) return passed();
    const bool dynamic = c.is_dynamic && *c.is_dynamic;
    if (q.activation.args.dtype != c.input_dtype.type || q.activation.args.is_dynamic != dynamic)
        return failed(decision::activation_dtype, false, static_cast<double>(q.activation.args.dtype), 0,
                      static_cast<double>(c.input_dtype.type));
    return check_constraints(q, false, c.input_dtype);
}
constexpr finding check_weight(const qconfig& q, const dtype_config_value& c) {
    if (c.weight_dtype.type == dtype::none) return passed();
    if (q.weight.args.dtype != c.weight_dtype.type)
        return failed(decision::weight_dtype, true, static_cast<double>(q.weight.args.dtype), 0,
                      static_cast<double>(c.weight_dtype.type));
    return check_constraints(q, true, c.weight_dtype);
}
constexpr finding check_bias(const qconfig& q, const dtype_config_value& c) {
    return c.bias_dtype == dtype::none || c.bias_dtype == bias_dtype_of(q) ? passed()
                                                                           : failed(decision::weight_dtype, true);
}
constexpr finding check_output(const qconfig& q, const dtype_config_value& c) {
    if (c.output_dtype.type == dtype::none) return passed();
    const dtype have = q.activation.args.is_dynamic ? dtype::float32 : q.activation.args.dtype;
    if (have != c.output_dtype.type)
        return failed(decision::activation_dtype, false, static_cast<double>(have), 0,
                      static_cast<double>(c.output_dtype.type));
    return check_constraints(q, false, c.output_dtype);
}

enum class argument_role : std::uint8_t { activation, weight, bias };

/// The row that says where a node's weight and bias stand: the one of the node's own op, also when a longer pattern
/// matched.
constexpr const pattern_entry& row_of_op(const graph_view& g, int node, int pattern, const backend_view& b) {
    const pattern_entry& matched = b.patterns[pattern];
    if (matched.tree.size == 1 || g[node].kind != node_kind::call_function) return matched;
    for (int i = 0; i < b.pattern_count; ++i)
        if (b.patterns[i].tree.size == 1 && b.patterns[i].tree.nodes[0].op == g[node].op) return b.patterns[i];
    return matched;
}

/// Role of an entry of a node's argument list, by the positions its row gives for functional ops.
constexpr argument_role role_of(const graph_view& g, int node, int entry, const pattern_entry& p) {
    const argument& a = g.args[g[node].first_arg + entry];
    if (a.is_keyword("weight")) return argument_role::weight;
    if (a.is_keyword("bias")) return argument_role::bias;
    if (p.weight_index >= 0 && positional_entry(g, node, p.weight_index) == entry) return argument_role::weight;
    if (p.bias_index >= 0 && positional_entry(g, node, p.bias_index) == entry) return argument_role::bias;
    return argument_role::activation;
}

/// One dtype config against a match: every node argument of the root, then the output.
constexpr finding check_dtype_config(const graph_view& g, const pattern_match& m, const backend_view& b,
                                     const qconfig& q, const dtype_config_value& c) {
    const pattern_entry& row = row_of_op(g, m.root, m.pattern, b);
    for (int k = 0; k < g[m.root].arg_count; ++k) {
        if (!g.args[g[m.root].first_arg + k].is_node()) continue;
        const argument_role role = role_of(g, m.root, k, row);
        const finding f = role == argument_role::activation ? check_activation(q, c)
                          : role == argument_role::weight   ? check_weight(q, c)
                                                            : check_bias(q, c);
        if (f.what != decision::quantized) return f;
    }
    return check_output(q, c);
}

/// The alternatives in order; the first that passes ends the search. Of those that fail, the one that came furthest is
/// reported: a broken constraint says more than a dtype that was never meant.
constexpr finding check_pattern(const graph_view& g, const pattern_match& m, const backend_view& b, const qconfig& q) {
    const pattern_entry& p = b.patterns[m.pattern];
    finding best = failed(decision::no_pattern, false);
    for (int i = 0; i < p.dtype_config_count; ++i) {
        finding f = check_dtype_config(g, m, b, q, b.dtype_configs[p.first_dtype_config + i]);
        f.dtype_config = i;
        if (f.what == decision::quantized) {
            best = f;
            break;
        }
        const bool constraint = f.what > decision::weight_dtype;
        if (best.what == decision::no_pattern || (constraint && best.what <= decision::weight_dtype)) best = f;
    }
    best.pattern = m.pattern;
    return best;
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
