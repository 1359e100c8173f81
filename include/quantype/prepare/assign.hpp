// SPDX-License-Identifier: BSL-1.0
// Which QConfig each node gets. PyTorch: qconfig_mapping_utils and _update_qconfig_for_fusion.
// Takes: a fused graph, the trace, a mapping. Gives: one rule index a node. Refuses: parts of a fused module whose
// object types disagree; names in the mapping that the model does not have.
#pragma once
#include <quantype/core/growable.hpp>
#include <quantype/model/traced.hpp>
#include <quantype/qconfig/qconfig_mapping.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

inline constexpr int no_rule = -1;

/// Object-type entry that fusion adds to a private copy of the mapping: the fused class takes the rule of its parts.
struct fused_type_rule {
    op_id op = nullptr;
    int rule = no_rule;
};

enum class mapping_error : std::uint8_t {
    none,
    unknown_module,
    parts_disagree,
    second_names_no_module,  ///< of a second mapping, which convert is given
    second_entry_differs,
    second_node_differs,
};

/// The rule every node's QConfig comes from (-1: none at all), and what was wrong with the mapping.
struct qconfig_assignment {
    growable<int> rule_of{};
    mapping_error error = mapping_error::none;
    int error_rule = -1;
    int error_node = -1;
};

class qconfig_resolver {
public:
    constexpr qconfig_resolver(const trace_view& t, const mapping_view& m) : trace_(t), mapping_(m) {
        for (int i = 0; i < m.count; ++i) used_[static_cast<int>(m.rules[i].level)] = true;
    }

    constexpr qconfig_assignment run(const graph_view& g) {
        qconfig_assignment r;
        r.rule_of.resize(g.node_count);
        for (int& x : r.rule_of) x = no_rule;
        check_names(r);
        add_fused_types(g, r);
        for (int i = g.first; i >= 0; i = g[i].next) r.rule_of[i] = rule_for(g, i);
        return r;
    }

private:
    using level = qconfig_rule::level_type;

    constexpr bool has(level l) const { return used_[static_cast<int>(l)]; }

    /// Every name and pattern must fit some module: a misspelt name is never ignored.
    constexpr void check_names(qconfig_assignment& r) const {
        for (int i = 0; i < mapping_.count; ++i) {
            const qconfig_rule& rule = mapping_.rules[i];
            bool known = rule.level == level::global || rule.level == level::object_type;
            for (int m = 0; m < trace_.module_count && !known; ++m) known = names(rule, trace_.module_path(m));
            for (int s = 0; s < trace_.scope_count && !known; ++s) known = names(rule, trace_.scope_path(s));
            if (!known && r.error == mapping_error::none) {
                r.error = mapping_error::unknown_module;
                r.error_rule = i;
            }
        }
    }
    constexpr bool names(const qconfig_rule& rule, std::string_view path) const {
        return rule.level == level::module_name_pattern ? rule.matches(rule.key, path) : rule.key == path;
    }

    /// The parts of a fused module, as object types, must carry one QConfig; the fused class then gets it too.
    constexpr void add_fused_types(const graph_view& g, qconfig_assignment& r) {
        for (int i = g.first; i >= 0; i = g[i].next) {
            const node& n = g[i];
            if (n.fusion < 0 || n.op == part_class(g, n, 0)) continue;
            const fusion& f = g.fusions[n.fusion];
            const int first = object_type_rule(part_class(g, n, 0));
            for (int p = f.folds_batch_norm ? 2 : 1; p < f.count; ++p)
                if (!same_qconfig(first, object_type_rule(part_class(g, n, p))) && r.error == mapping_error::none) {
                    r.error = mapping_error::parts_disagree;
                    r.error_node = i;
                }
            if (first != no_rule && mapping_.rules[first].value) fused_types_.push_back({n.op, first});
        }
    }
    /// Class of a part of a fused module; a functional relu became a ReLU module.
    constexpr op_id part_class(const graph_view& g, const node& n, int p) const {
        const int origin = g.fusions[n.fusion].parts[p];
        const node& t = trace_.graph[origin];
        return t.kind != node_kind::call_module && t.op->code == op_code::relu ? id_of<nn::relu> : t.op;
    }
    constexpr bool same_qconfig(int a, int b) const {
        const bool has_a = a != no_rule && mapping_.rules[a].value, has_b = b != no_rule && mapping_.rules[b].value;
        if (!has_a || !has_b) return has_a == has_b;
        return *mapping_.rules[a].value == *mapping_.rules[b].value;
    }

    constexpr int object_type_rule(op_id op) const {
        for (const fused_type_rule& f : fused_types_)
            if (f.op == op) return f.rule;
        for (int i = 0; i < mapping_.count; ++i)
            if (mapping_.rules[i].level == level::object_type && mapping_.rules[i].op == op) return i;
        return no_rule;
    }
    constexpr int global_rule() const {
        for (int i = 0; i < mapping_.count; ++i)
            if (mapping_.rules[i].level == level::global) return i;
        return no_rule;
    }
    constexpr int or_else(int rule, int fallback) const { return rule == no_rule ? fallback : rule; }

    constexpr int pattern_rule(std::string_view path) const {
        if (!has(level::module_name_pattern)) return no_rule;
        for (int i = 0; i < mapping_.count; ++i)
            if (mapping_.rules[i].level == level::module_name_pattern &&
                mapping_.rules[i].matches(mapping_.rules[i].key, path))
                return i;
        return no_rule;
    }
    /// The exact path, then every parent path; the empty path is never looked up. An entry of none is a hit.
    constexpr int name_rule(std::string_view path) const {
        if (!has(level::module_name)) return no_rule;
        while (!path.empty()) {
            for (int i = 0; i < mapping_.count; ++i)
                if (mapping_.rules[i].level == level::module_name && mapping_.rules[i].key == path) return i;
            const std::size_t dot = path.rfind('.');
            path = dot == std::string_view::npos ? std::string_view{} : path.substr(0, dot);
        }
        return no_rule;
    }
    constexpr int type_and_name(op_id type, std::string_view path, int fallback) const {
        const int by_type = or_else(object_type_rule(type), fallback);
        const int by_pattern = or_else(pattern_rule(path), by_type);
        return or_else(name_rule(path), by_pattern);
    }

    /// Counts the calls of an op within a module, for the order rules.
    struct order_counter {
        std::string_view path{};
        op_id op = nullptr;
        int count = 0;
    };
    constexpr int order_rule(std::string_view path, op_id op, int fallback) {
        if (!has(level::order)) return fallback;
        int index = -1;
        for (order_counter& c : counters_)
            if (c.op == op && c.path == path) index = c.count++;
        if (index < 0) {
            counters_.push_back({path, op, 1});
            index = 0;
        }
        for (int i = 0; i < mapping_.count; ++i) {
            const qconfig_rule& r = mapping_.rules[i];
            if (r.level == level::order && r.op == op && r.key == path && r.index == index) return i;
        }
        return fallback;
    }

    constexpr int rule_for(const graph_view& g, int i) {
        const node& n = g[i];
        const std::string_view scope = trace_.scope_path(n.scope);
        const op_id scope_type = trace_.scopes[n.scope].op;
        switch (n.kind) {
            case node_kind::get_attr: return type_and_name(scope_type, scope, global_rule());
            case node_kind::call_function: {
                const int own = or_else(object_type_rule(n.op), global_rule());
                return order_rule(scope, n.op, type_and_name(scope_type, scope, own));
            }
            case node_kind::call_method:
                return type_and_name(scope_type, scope, or_else(object_type_rule(n.op), global_rule()));
            case node_kind::call_module: {
                const std::string_view path = trace_.module_path(n.module);
                const std::size_t dot = path.rfind('.');
                const std::string_view parent =
                    dot == std::string_view::npos ? std::string_view{} : path.substr(0, dot);
                return order_rule(parent, n.op, type_and_name(n.op, path, global_rule()));
            }
            default: return no_rule;
        }
    }

    trace_view trace_;
    mapping_view mapping_;
    bool used_[5] = {};  // levels that the mapping has rules of
    growable<fused_type_rule> fused_types_{};
    growable<order_counter> counters_{};
};

}  // namespace detail

QUANTYPE_END_NAMESPACE
