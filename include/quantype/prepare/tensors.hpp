// SPDX-License-Identifier: BSL-1.0
// Which values are no tensors, and which are never observed because the op that reads them wants plain numbers or a
// mask. PyTorch: all_node_args_have_no_tensors and get_non_observable_arg_indexes_and_types in fx.utils.
#pragma once
#include <quantype/prepare/match.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// By node: no_tensor (sizes, and what is computed from sizes alone) and without_dtype (never quantized: the former,
/// and what feeds a mask or a size through ops that share their input's observer).
struct value_kinds {
    growable<bool> no_tensor{};
    growable<bool> without_dtype{};

    constexpr bool plain(int node) const { return node < without_dtype.size() && without_dtype[node]; }
};

constexpr bool is_without_tensors(const graph_view& g, const value_kinds& k, int i) {
    const node& n = g[i];
    if (n.op->code == op_code::size) return true;
    if (n.kind != node_kind::call_function && n.kind != node_kind::call_method) return false;
    bool tensor = false;
    for_each_input(g, i, [&](const argument& a) { tensor = tensor || !k.no_tensor[a.value]; });
    return !tensor;
}

/// First positional argument that must not be observed; the ones after it neither. 0: none.
constexpr int first_plain_argument(op_code c) {
    switch (c) {
        case op_code::masked_fill:
        case op_code::permute:
        case op_code::reshape:
        case op_code::transpose:
        case op_code::size: return 1;
        default: return 0;
    }
}

/// Marks a value, and what it was copied from: back through ops that share their input's observer.
constexpr void mark_without_dtype(const graph_view& g, const match_table& m, const backend_view& b, value_kinds& k,
                                  int i) {
    while (i >= 0) {
        k.without_dtype[i] = true;
        const int match = m.match_of[i];
        if (match < 0 || m.matches[match].root != i || m.matches[match].pattern < 0) return;
        if (b.patterns[m.matches[match].pattern].observation != observation_type::output_share_observer_with_input)
            return;
        i = first_input(g, i);
    }
}

constexpr value_kinds kinds_of(const graph_view& g, const match_table& m, const backend_view& b) {
    value_kinds k;
    k.no_tensor.resize(g.node_count);
    k.without_dtype.resize(g.node_count);
    for (int i = g.first; i >= 0; i = g[i].next)
        if (is_without_tensors(g, k, i)) k.no_tensor[i] = k.without_dtype[i] = true;
    for (int i = g.first; i >= 0; i = g[i].next) {
        const int first = first_plain_argument(g[i].op->code);
        if (first == 0 || g[i].kind != node_kind::call_method) continue;
        for (int e = positional_entry(g, i, first); e >= 0 && e < g[i].arg_count; ++e) {
            const argument& a = g.args[g[i].first_arg + e];
            if (a.is_node()) mark_without_dtype(g, m, b, k, a.value);
        }
    }
    return k;
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
