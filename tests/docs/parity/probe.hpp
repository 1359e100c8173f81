// SPDX-License-Identifier: BSL-1.0
// What becomes of a pattern of a backend: small graphs with it are prepared, converted, lowered and planned, as a
// model's are. Attributes and shapes are tried until one plan succeeds; the best outcome counts.
#pragma once
#include <string>
#include <vector>

#include <quantype/lower/planner.hpp>
#include <quantype/model/functional_matrix.hpp>
#include <quantype/qconfig/default_mappings.hpp>

namespace parity {

namespace qz = quantype;

/// How a pattern's calls came out, and whether the plan runs them.
struct outcome {
    bool runs = false;
    bool on_codes = false;  ///< a call of the pattern works on codes
    bool better_than(const outcome& o) const { return runs != o.runs ? runs : on_codes && !o.on_codes; }
};

namespace detail {

/// Attributes that fit an op on inputs of a shape whose every dimension is 4.
inline qz::attributes attributes_for(qz::op_code code, int rank, int variant) {
    qz::attributes a;
    a.code = code;
    a.in = a.out = 4;
    a.bias = true;
    a.scalar = 0.5;
    a.geometry.rank = rank > 2 ? rank - 2 : 0;
    switch (code) {
        case qz::op_code::mean:
            for (int d = 2; d < rank; ++d) a.axes[a.axis_count++] = d;
            break;
        case qz::op_code::adaptive_avg_pool:
            for (int d = 2; d < rank; ++d) a.axes[a.axis_count++] = 4;
            break;
        case qz::op_code::permute:
            for (int d = 0; d < rank; ++d) a.axes[a.axis_count++] = d;
            break;
        case qz::op_code::flatten:
        case qz::op_code::transpose: a.axes[0] = 1, a.axes[1] = rank - 1, a.axis_count = 2; break;
        case qz::op_code::reshape:
            for (int d = 0; d < rank; ++d) a.axes[a.axis_count++] = 4;
            break;
        case qz::op_code::recurrent:
        case qz::op_code::recurrent_cell:
            a.groups = 4;
            a.axes[0] = a.axes[1] = 1;
            a.axis_count = 3;
            break;
        case qz::op_code::repeat:
            for (int d = 0; d < rank; ++d) a.axes[a.axis_count++] = 2;
            break;
        case qz::op_code::repeat_interleave: a.axes[0] = 2, a.axes[1] = 1, a.axis_count = 2; break;
        case qz::op_code::narrow: a.axes[0] = 1, a.axes[1] = 1, a.axes[2] = 2, a.axis_count = 3; break;
        case qz::op_code::pixel_shuffle:
        case qz::op_code::pixel_unshuffle: a.axes[0] = 2, a.axis_count = 1; break;
        case qz::op_code::resize: a.axes[0] = a.axes[1] = 6, a.axis_count = 2; break;
        case qz::op_code::layer_norm: a.axes[0] = 4, a.axis_count = 1; break;
        case qz::op_code::conv_transpose: a.axis_count = rank > 2 ? rank - 2 : 0; break;
        case qz::op_code::hardtanh: a.axes[0] = -1, a.axes[1] = 1, a.axis_count = 2; break;
        default: a.axes[0] = variant == 0 ? 1 : -1, a.axis_count = 1; break;
    }
    return a;
}

/// Records a pattern, argument by argument; a leaf that is no call is an input of the model.
class recorder {
public:
    recorder(const qz::pattern_tree& p, int rank, int variant) : pattern_(p), rank_(rank), variant_(variant) {
        trace_.scopes.push_back({qz::id_of<recorder>, {}});
        trace_.scope_stack.push_back(0);
        for (int d = 0; d < rank; ++d) extents_.dims[d] = 4;
        extents_.rank = rank;
    }
    const qz::detail::tracer& run() {
        // Inputs first, as in a traced model; an element-wise op may come between, so that no pattern reads an input.
        const qz::op_id first = pattern_.nodes[0].op;
        const bool table =
            first != nullptr && (first->code == qz::op_code::embedding || first->code == qz::op_code::embedding_bag);
        const qz::sym x = qz::detail::record_input(trace_, "x", extents_, table);
        const qz::sym y = qz::detail::record_input(trace_, "y", extents_, false);
        inputs_[0] = x.id;
        inputs_[1] = y.id;
        int at = 0;
        const qz::sym out = build(at);
        qz::detail::record_output(trace_, &out, 1, false);
        return trace_;
    }

private:
    qz::sym build(int& at) {
        const auto entry = pattern_.nodes[at++];
        if (entry.op == nullptr) return {&trace_, inputs_[1]};
        std::vector<qz::argument> list;
        for (int a = 0; a < entry.argument_count; ++a) list.push_back(qz::node_argument(build(at).id));
        if (list.empty()) list = leaf_arguments(*entry.op);
        if (entry.argument_count == 1 && takes_two(*entry.op)) list.push_back(qz::node_argument(inputs_[1]));
        return call(entry.op, list);
    }
    static bool takes_two(const qz::op_info& op) {
        return op.code == qz::op_code::add || op.code == qz::op_code::mul || op.code == qz::op_code::matmul ||
               op.code == qz::op_code::sub;
    }
    std::vector<qz::argument> leaf_arguments(const qz::op_info& op) {
        const qz::argument x = qz::node_argument(inputs_[0]);
        if (op.kind == qz::node_kind::call_module) return {x};
        if (takes_two(op)) return {x, qz::node_argument(inputs_[1])};
        if (op.code == qz::op_code::cat || op.code == qz::op_code::stack)
            return {qz::list_argument(2), x, qz::node_argument(inputs_[1])};
        if (op.code == qz::op_code::linear || op.code == qz::op_code::conv || op.code == qz::op_code::conv_transpose)
            return {x, parameter(2 + (op.code == qz::op_code::linear ? 0 : rank_ - 2)), parameter(1)};
        if (&op == qz::id_of<qz::fn::addmm>) return {parameter(1), x, parameter(2)};
        if (&op == qz::id_of<qz::fn::embedding>) return {x, parameter(2)};
        return {x};
    }
    qz::argument parameter(int rank) {
        qz::shape s;
        s.rank = rank;
        for (int d = 0; d < rank; ++d) s.dims[d] = d < 2 ? 4 : 1;
        qz::node n;
        n.op = qz::id_of<qz::nn::parameter<>>;
        n.kind = qz::node_kind::get_attr;
        n.module = static_cast<short>(module(n.op));
        n.origin = trace_.calls.size();
        trace_.parameters.push_back({"", s});
        trace_.modules[n.module].first_parameter = trace_.parameters.size() - 1;
        trace_.modules[n.module].parameter_count = 1;
        const int id = trace_.graph.insert(n);
        trace_.calls.push_back({&qz::detail::code_attributes<qz::op_code::parameter>, -1, s});
        return qz::node_argument(id);
    }
    int module(qz::op_id op) {
        const std::string name = "m" + std::to_string(trace_.modules.size());
        return trace_.modules.push_back({op, trace_.join({}, name), nullptr, 0, 0, 0});
    }
    qz::sym call(qz::op_id op, const std::vector<qz::argument>& list) {
        const qz::attributes a = attributes_for(op->code, rank_, variant_);
        const int number = op->kind == qz::node_kind::call_module ? module(op) : -1;
        return qz::detail::record(trace_, op, op->kind, number, a, nullptr, list.data(), static_cast<int>(list.size()));
    }

    qz::pattern_tree pattern_;
    int rank_;
    int variant_;
    qz::shape extents_{};
    int inputs_[2] = {-1, -1};
    qz::detail::tracer trace_{};
};

inline qz::trace_view view_of(qz::detail::tracer& t) {
    for (auto& c : t.calls)
        if (c.pooled >= 0) c.constants = &t.pool[c.pooled];
    return {t.graph.view(),       t.modules.begin(),   t.modules.size(), t.scopes.begin(), t.scopes.size(),
            t.parameters.begin(), t.parameters.size(), t.calls.begin(),  t.calls.size(),   t.text.begin()};
}

inline outcome plan(qz::detail::tracer t, const qz::detail::backend_view& b, const qz::mapping_view& m) {
    const qz::trace_view trace = view_of(t);
    const auto prepared = qz::prepare_graph(trace, b, m);
    const qz::prepared_view view{trace,
                                 prepared.graph.view(),
                                 prepared.observers.begin(),
                                 prepared.observers.size(),
                                 prepared.report.begin(),
                                 prepared.rule_of.begin(),
                                 prepared.match_last.begin(),
                                 trace.graph.node_count,
                                 m,
                                 b,
                                 {}};
    const auto reference = qz::convert_graph(view);
    const auto lowered = qz::lower_graph(view, reference.view());
    outcome r;
    r.runs = qz::detail::make_plan(view, lowered.view(), false, qz::band_policy::none).error == qz::plan_error::none;
    const qz::graph_view g = lowered.view();
    for (int i = g.first; i >= 0; i = g[i].next)
        r.on_codes = r.on_codes || g[i].form == qz::node_form::quantized || g[i].form == qz::node_form::dynamic;
    return r;
}

}  // namespace detail

/// False when an op that slides over 1, 2 or 3 dimensions, or takes matrices, is tried on another number of them.
inline bool fits(const qz::pattern_tree& pattern, int rank) {
    for (int i = 0; i < pattern.size; ++i) {
        const qz::op_info* op = pattern.nodes[i].op;
        if (op == nullptr) continue;
        if (op == qz::id_of<qz::fn::addmm> && rank != 2) return false;
        const bool windowed = op->code == qz::op_code::conv || op->code == qz::op_code::conv_transpose ||
                              op->code == qz::op_code::max_pool || op->code == qz::op_code::avg_pool;
        const std::string_view name = op->name;
        if (windowed && name.back() == 'd' && rank != name[name.size() - 2] - '0' + 2) return false;
    }
    return true;
}

/// The best outcome of a pattern with a backend and mapping.
inline outcome probe(const qz::pattern_tree& pattern, const qz::detail::backend_view& b, const qz::mapping_view& m) {
    outcome best;
    for (int rank : {2, 3, 4, 5}) {
        if (!fits(pattern, rank)) continue;
        for (int variant = 0; variant < 2; ++variant) {
            const outcome o = detail::plan(detail::recorder(pattern, rank, variant).run(), b, m);
            if (o.better_than(best)) best = o;
        }
    }
    return best;
}

}  // namespace parity
