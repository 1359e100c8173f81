// SPDX-License-Identifier: BSL-1.0
// The first pass of lowering: patterns for which the backend brings a kernel of its own (set_lowering). What stands
// between the dequantizes and the quantize of such a pattern becomes one op on codes.
#pragma once
#include <quantype/convert/reference_graph.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

class own_lowering {
public:
    constexpr own_lowering(const prepared_view& p, graph_builder& g) : p_(p), g_(g) {}

    /// For a static quantize `q`: lowers the pattern that ends before it, if its row has a lowering and all that it
    /// reads is dequantized.
    constexpr void run(int q) {
        const int last = g_.input(q, 0);
        if (last < 0 || last >= p_.traced_nodes || p_.match_last[last] != last || !p_.config_of(last)) return;
        const int row = p_.report[last].pattern;
        if (row < 0 || p_.backend.patterns[row].lowered == nullptr) return;
        int at = 0;
        if (!collect(p_.backend.patterns[row].tree, at, last)) return;
        replace(q, last, p_.backend.patterns[row].lowered);
    }

private:
    /// Walks the pattern's tree from node `i` up; false where the graph is another or a value is not dequantized.
    constexpr bool collect(const pattern_tree& t, int& at, int i) {
        const pattern_tree::entry entry = t.nodes[at++];
        if (entry.op == nullptr) return read(i);
        if (g_.nodes[i].op != entry.op) return false;
        matched_.push_back(i);
        if (entry.argument_count == 0) {
            for (int k = 0; k < g_.nodes[i].arg_count; ++k)
                if (g_.arg(i, k).is_node() && !read(g_.input(i, k))) return false;
            return true;
        }
        for (int k = 0; k < entry.argument_count; ++k) {
            const int e = positional_entry(g_.view(), i, k);
            const int from = e < 0 ? -1 : g_.input(i, e);
            if (from < 0 || !collect(t, at, from)) return false;
        }
        return true;
    }
    constexpr bool read(int value) {
        if (g_.nodes[value].op->code != op_code::dequantize) return false;
        inputs_.push_back(g_.input(value, 0));
        return true;
    }
    constexpr void replace(int q, int last, op_id op) {
        growable<argument> args;
        for (int value : inputs_) args.push_back(node_argument(value));
        args.push_back(g_.arg(q, 1));
        args.push_back(g_.arg(q, 2));
        node n = g_.nodes[last];
        n.op = op;
        n.kind = node_kind::call_function;
        n.module = -1;
        n.fusion = -1;
        n.form = node_form::quantized;
        n.observer = g_.nodes[q].observer;
        const int id = g_.insert_after(n, q);
        g_.set_args(id, args.begin(), args.size());
        g_.forward(q, id);
        g_.erase(q);
        for (int i : matched_) g_.erase(i);
    }

    const prepared_view& p_;
    graph_builder& g_;
    growable<int> matched_{};
    growable<int> inputs_{};
};

}  // namespace detail

QUANTYPE_END_NAMESPACE
