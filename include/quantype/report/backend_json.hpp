// SPDX-License-Identifier: BSL-1.0
// A backend's table as JSON, what PyTorch's to_dict() holds: tools/quantype_export makes the type of it again.
// Takes: a backend. Gives: JSON with its members in PyTorch's order. Refuses: fusers and getters that do
// what none of PyTorch's does, by the name of the pattern.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include <quantype/backend/table.hpp>
#include <quantype/io/atomic_file.hpp>
#include <quantype/io/json.hpp>
#include <quantype/report/fuser_names.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace report {

/// JSON whose members keep their order.
using ordered_json = nlohmann::ordered_json;

namespace detail {

inline ordered_json name_or_null(op_id op) { return op == nullptr ? ordered_json() : ordered_json(op->name); }
inline ordered_json dtype_or_null(dtype d) {
    return d == dtype::none ? ordered_json() : ordered_json(quantype::name_of(d).substr(6));  // behind "torch."
}
template <class T>
ordered_json value_or_null(const maybe<T>& v) {
    return v ? ordered_json(*v) : ordered_json();
}

inline ordered_json as_json(const dtype_with_constraints& d) {
    return {{"dtype", dtype_or_null(d.type)},
            {"quant_min_lower_bound", value_or_null(d.quant_min_lower_bound)},
            {"quant_max_upper_bound", value_or_null(d.quant_max_upper_bound)},
            {"scale_min_lower_bound", value_or_null(d.scale_min_lower_bound)},
            {"scale_max_upper_bound", value_or_null(d.scale_max_upper_bound)},
            {"scale_exact_match", value_or_null(d.scale_exact_match)},
            {"zero_point_exact_match", value_or_null(d.zero_point_exact_match)}};
}
inline ordered_json as_json(const dtype_config_value& c, std::size_t id) {
    return {{"id", id},
            {"input", as_json(c.input_dtype)},
            {"output", as_json(c.output_dtype)},
            {"weight", as_json(c.weight_dtype)},
            {"bias_dtype", dtype_or_null(c.bias_dtype)},
            {"is_dynamic", value_or_null(c.is_dynamic)}};
}

/// Preorder to nested lists: ["relu", ["add", "conv", "*"]].
inline ordered_json tree_json(const pattern_tree& t, int& at) {
    const pattern_tree::entry n = t.nodes[at++];
    const std::string_view name = n.op == nullptr ? "*" : n.op->name;
    if (n.argument_count == 0) return name;
    ordered_json list = ordered_json::array({name});
    for (int i = 0; i < n.argument_count; ++i) list.push_back(tree_json(t, at));
    return list;
}
/// The ops of a chain as they are executed; null for other trees.
inline ordered_json chain_json(const pattern_tree& t) {
    ordered_json list = ordered_json::array();
    for (int i = t.size - 1; i >= 0; --i) {
        if (t.nodes[i].op == nullptr || t.nodes[i].argument_count > 1 || t.size > 3) return nullptr;
        list.push_back(t.nodes[i].op->name);
    }
    return list;
}

inline std::string_view text_of(observation_type o) {
    switch (o) {
        case observation_type::output_use_different_observer_as_input: return "OUTPUT_USE_DIFFERENT_OBSERVER_AS_INPUT";
        case observation_type::output_share_observer_with_input: return "OUTPUT_SHARE_OBSERVER_WITH_INPUT";
        case observation_type::input_output_not_observed: return "INPUT_OUTPUT_NOT_OBSERVED";
    }
    return "?";
}

inline ordered_json row_json(const quantype::detail::pattern_entry& p, int index, const ordered_json& config_ids) {
    int at = 0;
    ordered_json observations = ordered_json::object(), places = ordered_json::object();
    for (int i = 0; i < 4; ++i)
        if (p.observation_for[i]) observations[std::to_string(i)] = text_of(*p.observation_for[i]);
    for (int i = 0; i <= p.weight_index || i <= p.bias_index || i <= p.input_index; ++i) {
        if (i == p.weight_index) places["weight"] = i;
        if (i == p.bias_index) places["bias"] = i;
        if (i == p.input_index) places["input"] = i;
    }
    const std::string root = getter_name(p, p.root_getter, "root_node"),
                      extra = getter_name(p, p.extra_inputs_getter, "extra_inputs"), fuser = fuser_name(p);
    const auto or_null = [](const std::string& s) { return s.empty() ? ordered_json() : ordered_json(s); };
    ordered_json row{{"index", index},
                     {"pattern", chain_json(p.tree)},
                     {"pattern_tree", tree_json(p.tree, at)},
                     {"observation_type", text_of(p.observation)},
                     {"dtype_config_ids", config_ids},
                     {"root_module", name_or_null(p.root_module)},
                     {"qat_module", name_or_null(p.qat_module)},
                     {"reference_quantized_module", name_or_null(p.reference_module)},
                     {"fused_module", name_or_null(p.fused_module)},
                     {"fuser_method", or_null(fuser)},
                     {"num_tensor_args_to_observation_type", observations},
                     {"input_type_to_index", places},
                     {"has_root_node_getter", !root.empty()},
                     {"root_node_getter", or_null(root)},
                     {"extra_inputs_getter", or_null(extra)}};
    if (p.lowered != nullptr) row["lowering"] = p.lowered->name;  // which PyTorch's tables do not have
    return row;
}

inline ordered_json table_json(const quantype::detail::backend_view& b, std::string_view name) {
    std::vector<dtype_config_value> configs;
    ordered_json rows = ordered_json::array(), list = ordered_json::array();
    for (int i = 0; i < b.pattern_count; ++i) {
        ordered_json ids = ordered_json::array();
        for (int d = 0; d < b.patterns[i].dtype_config_count; ++d) {
            const dtype_config_value& c = b.dtype_configs[b.patterns[i].first_dtype_config + d];
            std::size_t id = 0;
            while (id < configs.size() && !(configs[id] == c)) ++id;
            if (id == configs.size()) {
                configs.push_back(c);
                list.push_back(as_json(c, id));
            }
            ids.push_back(id);
        }
        rows.push_back(row_json(b.patterns[i], i, ids));
    }
    return {{"name", name}, {"key", name}, {"dtype_configs", list}, {"patterns", rows}};
}

}  // namespace detail

/// BackendConfig.to_dict(): the table in the form of tools/quantype_export. The engine is not part of it, as in
/// PyTorch. A row with a kernel of its own has a member "lowering" beside PyTorch's.
template <class Backend>
ordered_json backend_json() {
    static_assert(valid_backend<Backend>);
    return detail::table_json(quantype::detail::table_of<Backend>.view(), Backend::name());
}

/// Writes JSON as PyTorch's tables are kept: one space for each level.
inline void write_json(const std::string& path, const ordered_json& value) {
    write_file_atomically(path, value.dump(1) + "\n");
}

}  // namespace report

QUANTYPE_END_NAMESPACE
