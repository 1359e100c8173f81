// SPDX-License-Identifier: BSL-1.0
// What a model's custom config and training mode change in a fused graph: standalone modules match as a whole, modules
// with a training class are exchanged. PyTorch: _find_matches (standalone part) and the QAT module swap of fx.prepare.
#pragma once
#include <quantype/model/traced.hpp>
#include <quantype/prepare/match.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// Class of a standalone module after prepare, under PyTorch's name: a graph module of its own.
inline constexpr op_info standalone_op{"GraphModule", node_kind::call_module, op_code::none};

/// A match of a standalone module has no pattern of the backend; it holds the number of the custom config's entry.
constexpr int standalone_pattern(int entry) { return -2 - entry; }
constexpr bool is_standalone(const pattern_match& m) { return m.pattern <= -2; }
constexpr int entry_of(const pattern_match& m) { return -2 - m.pattern; }

/// Standalone modules override any other match.
constexpr void match_standalone(const graph_view& g, const trace_view& t, const custom_view& c, match_table& m) {
    if (c.count == 0) return;
    for (int i = g.first; i >= 0; i = g[i].next) {
        if (g[i].kind != node_kind::call_module || g[i].module < 0) continue;
        const int entry = c.find(t.module_path(g[i].module), g[i].op);
        if (entry < 0 || c.modules[entry].kind != custom_module::kind_type::standalone) continue;
        pattern_match whole;
        whole.pattern = standalone_pattern(entry);
        whole.nodes[0] = whole.root = whole.last = i;
        whole.size = 1;
        m.match_of[i] = m.matches.push_back(whole);
    }
}

/// The class that training puts in place of a module class, or null.
constexpr op_id training_class(const backend_view& b, op_id op) {
    for (int k = 0; k < b.pattern_count; ++k) {
        const pattern_entry& e = b.patterns[k];
        if (e.tree.size == 1 && e.tree.nodes[0].op == op && e.qat_module) return e.qat_module;
    }
    return nullptr;
}

/// What convert makes of a training class: its module class, with a batch norm inside folded away.
struct trained_form {
    op_id op = nullptr;  ///< null: not a training class
    bool folds_batch_norm = false;
};
constexpr trained_form trained_form_of(const backend_view& b, op_id op) {
    trained_form r;
    for (int k = 0; k < b.pattern_count; ++k)
        if (b.patterns[k].tree.size == 1 && b.patterns[k].qat_module == op) r.op = b.patterns[k].tree.nodes[0].op;
    if (!r.op) return r;
    for (int k = 0; k < b.pattern_count; ++k) {
        const pattern_entry& e = b.patterns[k];
        if (!e.has_fuser || e.fuses_to[1] != r.op || !e.fuses_to[0] || e.fuses_to[0] == r.op) continue;
        return {e.fuses_to[0], e.folds_batch_norm[0]};
    }
    return r;
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
