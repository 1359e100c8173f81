// SPDX-License-Identifier: BSL-1.0
// Finds a backend's patterns in a graph, last node first, larger patterns first, every node claimed once.
// PyTorch: torch.ao.quantization.fx.match_utils; rules: single users inside a pattern, exact classes.
#pragma once
#include <quantype/backend/table.hpp>
#include <quantype/model/graph.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// One occurrence of a pattern.
struct pattern_match {
    int pattern = -1;
    int nodes[max_pattern_nodes] = {-1, -1, -1, -1, -1, -1, -1, -1};  ///< in the preorder of the tree; -1: not a node
    int size = 0;
    int root = -1;  ///< the node that receives the inputs
    int last = -1;  ///< the node executed last
};

/// All matches, and for every node the match it belongs to (-1 for none).
struct match_table {
    growable<pattern_match> matches{};
    growable<int> match_of{};
};

/// Which patterns are looked for: all, or those with a fuser that fuses in the mode.
enum class match_mode : std::uint8_t { any, fuse, fuse_for_training };

/// The patterns that can end in each op of the graph, so that a node is not held against the whole table.
class pattern_index {
public:
    constexpr pattern_index(const graph_view& g, const backend_view& b, match_mode mode) {
        op_number_.resize(g.node_count);
        for (int i = g.first; i >= 0; i = g[i].next) op_number_[i] = number_of(g[i].op);
        for (int k = 0; k < ops_.size(); ++k) {
            begin_.push_back(patterns_.size());
            for (int j = 0; j < b.pattern_count; ++j) {
                const pattern_entry& p = b.patterns[b.match_order[j]];
                if (p.tree.nodes[0].op == ops_[k] && (mode == match_mode::any || fuses(p, mode)))
                    patterns_.push_back(b.match_order[j]);
            }
        }
        begin_.push_back(patterns_.size());
    }
    constexpr int begin(int node) const { return begin_[op_number_[node]]; }
    constexpr int end(int node) const { return begin_[op_number_[node] + 1]; }
    constexpr int pattern(int i) const { return patterns_[i]; }

private:
    static constexpr bool fuses(const pattern_entry& p, match_mode mode) {
        return p.has_fuser && p.fuses_to[mode == match_mode::fuse_for_training ? 1 : 0] != nullptr;
    }
    constexpr int number_of(op_id op) {
        for (int k = 0; k < ops_.size(); ++k)
            if (ops_[k] == op) return k;
        return ops_.push_back(op);
    }
    growable<op_id> ops_{};
    growable<int> op_number_{};
    growable<int> begin_{};
    growable<int> patterns_{};
};

/// Holds subtree `at` of a pattern against `node` (-1 when the argument is not a node). Writes the nodes it met into
/// `m` and returns the position after the subtree, or -1.
constexpr int match_subtree(const graph_view& g, const growable<int>& users, const pattern_tree& t, int at, int node,
                            pattern_match& m) {
    const pattern_tree::entry& e = t.nodes[at];
    m.nodes[at] = node;
    if (e.op == nullptr) return at + 1;
    if (node < 0 || g[node].op != e.op) return -1;
    if (at > 0 && users[node] != 1) return -1;
    if (e.argument_count == 0) return at + 1;
    if (positional_count(g, node) != e.argument_count) return -1;
    int next = at + 1;
    for (int k = 0; k < e.argument_count && next >= 0; ++k) {
        const argument& a = g.args[g[node].first_arg + positional_entry(g, node, k)];
        next = match_subtree(g, users, t, next, a.is_node() ? a.value : -1, m);
    }
    return next;
}

/// The default root: down the last argument of every op to the first executed op of the chain.
constexpr int default_root(const pattern_tree& t) {
    int at = 0;
    while (t.nodes[at].argument_count > 0) {
        int next = at + 1;
        for (int a = 1; a < t.nodes[at].argument_count; ++a) next = t.skip(next);
        if (t.nodes[next].op == nullptr) return at;
        at = next;
    }
    return at;
}

/// Matches every node of the graph. When fusing, nodes under a match_all are left free for others.
constexpr match_table find_matches(const graph_view& g, const backend_view& b, match_mode mode) {
    const growable<int> users = count_users(g);
    const pattern_index index(g, b, mode);
    match_table r;
    r.match_of.resize(g.node_count);
    for (int& m : r.match_of) m = -1;
    for (int i = g.last; i >= 0; i = g[i].previous) {
        if (r.match_of[i] >= 0) continue;
        for (int k = index.begin(i); k < index.end(i); ++k) {
            const pattern_entry& p = b.patterns[index.pattern(k)];
            pattern_match m;
            if (match_subtree(g, users, p.tree, 0, i, m) < 0) continue;
            m.pattern = index.pattern(k);
            m.size = p.tree.size;
            m.last = i;
            const int root = p.root_getter ? p.root_getter({m.nodes, m.size}) : default_root(p.tree);
            m.root = m.nodes[root];
            const int id = r.matches.push_back(m);
            for (int j = 0; j < m.size; ++j) {
                const int n = m.nodes[j];
                if (n < 0 || r.match_of[n] >= 0 || (mode != match_mode::any && p.tree.nodes[j].op == nullptr)) continue;
                r.match_of[n] = id;
            }
            break;
        }
    }
    return r;
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
