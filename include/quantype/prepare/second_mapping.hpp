// SPDX-License-Identifier: BSL-1.0
// A second mapping at convert: what was prepared with one mapping is converted with another, which may only leave nodes
// in float. PyTorch: fx.convert with qconfig_mapping, _compare_prepare_convert_qconfig_mappings.
// Takes: a prepared graph. Gives: the same graph, with no QConfig where the second mapping has none. Refuses: a global
// entry, a key or a node whose QConfig differs otherwise; names that the model does not have.
#pragma once
#include <quantype/prepare/insert_observers.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// A mapping in whose place another stands from convert on. `convert<Converted>(prepared)` names a model with it.
template <class Prepared, class Converted>
struct converted_with : Prepared {
    using at_convert = Converted;
};

namespace detail {

constexpr bool same_key(const qconfig_rule& a, const qconfig_rule& b) {
    return a.level == b.level && a.op == b.op && a.key == b.key && a.index == b.index;
}
constexpr bool equal(const maybe<qconfig>& a, const maybe<qconfig>& b) {
    if (!a || !b) return !a && !b;
    return *a == *b;
}

/// Checks the entries of two mappings, as PyTorch does before it looks at the nodes: the global entries are equal, and
/// the second has every key of the first, with none or the same QConfig. (Order entries PyTorch checks by node alone.)
constexpr void compare_mappings(prepare_result& r, const mapping_view& first, const mapping_view& second) {
    using level = qconfig_rule::level_type;
    for (int i = 0; i < first.count && r.error == mapping_error::none; ++i) {
        const qconfig_rule& rule = first.rules[i];
        if (rule.level == level::order) continue;
        bool good = false;
        for (int k = 0; k < second.count; ++k)
            if (same_key(rule, second.rules[k]))
                good =
                    equal(rule.value, second.rules[k].value) || (rule.level != level::global && !second.rules[k].value);
        if (good) continue;
        r.error = mapping_error::second_entry_differs;
        r.error_rule = i;
    }
}

/// Applies the second mapping to what the first prepared.
constexpr void apply_second_mapping(prepare_result& r, const trace_view& t, const backend_view& b,
                                    const mapping_view& first, const mapping_view& second, bool training) {
    if (r.error != mapping_error::none) return;
    compare_mappings(r, first, second);
    if (r.error != mapping_error::none) return;
    const graph_builder fused = fuse_graph(t.graph, b, training);
    const qconfig_assignment q = qconfig_resolver(t, second).run(fused.view());
    if (q.error != mapping_error::none) {
        r.error = q.error == mapping_error::unknown_module ? mapping_error::second_names_no_module : q.error;
        r.error_rule = q.error_rule;
        r.error_node = q.error_node;
        return;
    }
    for (int i = fused.first; i >= 0; i = fused.nodes[i].next) {
        int& rule = r.rule_of[i];
        const bool has = rule != no_rule && first.rules[rule].value;
        const int other = q.rule_of[i];
        if (other == no_rule || !second.rules[other].value) {
            rule = no_rule;
        } else if (!has || !(*first.rules[rule].value == *second.rules[other].value)) {
            r.error = mapping_error::second_node_differs;
            r.error_node = i;
            return;
        }
    }
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
