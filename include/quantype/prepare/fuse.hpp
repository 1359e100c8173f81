// SPDX-License-Identifier: BSL-1.0
// Fusion: every pattern with a fuser becomes one call of the fused module, at the root module's name.
// Takes: a traced graph and a backend. Gives: the fused graph. Refuses nothing. Next: assign QConfigs.
// Happens whatever the dtype configs and QConfigs say, as in PyTorch.
#pragma once
#include <quantype/prepare/match.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// The matched calls in forward order: the reverse of the tree's spine, from the root up to the last op.
constexpr void collect_parts(const graph_view& g, const pattern_entry& p, const pattern_match& m, fusion& f) {
    int order[max_pattern_nodes];
    int count = 0;
    for (int i = m.size - 1; i >= 0; --i)
        if (p.tree.nodes[i].op != nullptr && m.nodes[i] >= 0) order[count++] = m.nodes[i];
    for (int i = 0; i < count && f.count < 4; ++i) f.parts[f.count++] = g[order[i]].origin;
}

/// The value that the fused module takes beside the root's inputs, or -1. Not `usable`: a number, or a value that the
/// match computes itself (conv(x) + 3, y + y); PyTorch fails on these, here they are left unfused.
constexpr int extra_input(const pattern_entry& p, const pattern_match& m, bool& usable) {
    usable = true;
    const int extra = p.extra_inputs_getter ? p.extra_inputs_getter({m.nodes, m.size}) : -1;
    if (extra < 0) return -1;
    usable = m.nodes[extra] >= 0;
    for (int i = 0; i < m.size; ++i)
        if (p.tree.nodes[i].op != nullptr && m.nodes[i] == m.nodes[extra]) usable = false;
    return m.nodes[extra];
}

constexpr void fuse_match(graph_builder& g, const pattern_entry& p, const pattern_match& m, bool is_qat) {
    bool usable = true;
    const int extra = extra_input(p, m, usable);
    if (!usable) return;
    fusion f;
    f.op = p.fuses_to[is_qat ? 1 : 0];
    f.folds_batch_norm = p.folds_batch_norm[is_qat ? 1 : 0];
    collect_parts(g.view(), p, m, f);
    const int number = g.fusions.push_back(f);

    // The root node stays, with its name; it takes the place of the last node.
    node fused = g.nodes[m.root];
    growable<argument> args;
    for (int k = 0; k < fused.arg_count; ++k) args.push_back(g.args[fused.first_arg + k]);
    if (extra >= 0) args.push_back(node_argument(extra));
    for (int i = 0; i < m.size; ++i)
        if (m.nodes[i] >= 0 && p.tree.nodes[i].op != nullptr && m.nodes[i] != m.last && m.nodes[i] != m.root)
            g.erase(m.nodes[i]);
    if (m.root != m.last) {
        const int after = g.nodes[m.last].next;
        g.forward(m.last, m.root);
        const int origin = g.nodes[m.last].origin;
        g.erase(m.last);
        g.erase(m.root);
        g.relink(m.root, after);
        g.nodes[m.root].origin = origin;
    }
    g.nodes[m.root].op = f.op;
    g.nodes[m.root].kind = node_kind::call_module;
    g.nodes[m.root].fusion = static_cast<short>(number);
    g.set_args(m.root, args.begin(), args.size());
}

}  // namespace detail

/// The graph with every fusable pattern fused.
constexpr graph_builder fuse_graph(const graph_view& g, const detail::backend_view& b, bool is_qat) {
    const detail::match_table t =
        detail::find_matches(g, b, is_qat ? detail::match_mode::fuse_for_training : detail::match_mode::fuse);
    graph_builder r(g);
    for (int i = t.matches.size() - 1; i >= 0; --i)  // execution order
        detail::fuse_match(r, b.patterns[t.matches[i].pattern], t.matches[i], is_qat);
    r.apply_forwards();
    return r;
}

QUANTYPE_END_NAMESPACE
