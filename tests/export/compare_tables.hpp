// SPDX-License-Identifier: BSL-1.0
// Two backends or mappings, entry by entry: what the passes read of them must be the same.
#pragma once
#include <cstdio>
#include <string>

#include <quantype/backend/table.hpp>
#include <quantype/qconfig/default_mappings.hpp>
#include <quantype/qconfig/default_qat_mappings.hpp>

#include "support/catch.hpp"

/// Counts compared fields and the differences among them.
struct table_comparison {
    std::string where{};
    std::size_t fields = 0;
    std::size_t differences = 0;

    void same(const char* field, bool equal) {
        ++fields;
        if (equal) return;
        ++differences;
        std::printf("  %s: %s differs\n", where.c_str(), field);
    }
};

inline void compare_fusion(table_comparison& c, const quantype::detail::pattern_entry& a,
                           const quantype::detail::pattern_entry& b) {
    c.same("has_fuser", a.has_fuser == b.has_fuser);
    for (int mode = 0; mode < 2; ++mode) {
        c.same("fuses_to", a.fuses_to[mode] == b.fuses_to[mode]);
        c.same("folds_batch_norm", a.folds_batch_norm[mode] == b.folds_batch_norm[mode]);
    }
    const auto position = [&](quantype::detail::position_getter getter) {
        const int nodes[quantype::max_pattern_nodes] = {};
        return getter == nullptr ? -2 : getter({nodes, a.tree.size});
    };
    c.same("root_getter", position(a.root_getter) == position(b.root_getter));
    c.same("extra_inputs_getter", position(a.extra_inputs_getter) == position(b.extra_inputs_getter));
}

inline void compare_entry(table_comparison& c, const quantype::detail::backend_view& left,
                          const quantype::detail::backend_view& right, int i) {
    const quantype::detail::pattern_entry &a = left.patterns[i], &b = right.patterns[i];
    c.same("tree", a.tree == b.tree);
    c.same("observation", a.observation == b.observation);
    c.same("has_tensor_args_map", a.has_tensor_args_map == b.has_tensor_args_map);
    for (int k = 0; k < 4; ++k) c.same("observation_for", a.observation_for[k] == b.observation_for[k]);
    c.same("root_module", a.root_module == b.root_module);
    c.same("qat_module", a.qat_module == b.qat_module);
    c.same("reference_module", a.reference_module == b.reference_module);
    c.same("fused_module", a.fused_module == b.fused_module);
    c.same("weight_index", a.weight_index == b.weight_index);
    c.same("bias_index", a.bias_index == b.bias_index);
    c.same("input_index", a.input_index == b.input_index);
    c.same("match_order", left.match_order[i] == right.match_order[i]);
    compare_fusion(c, a, b);
    c.same("dtype_config_count", a.dtype_config_count == b.dtype_config_count);
    for (int k = 0; k < a.dtype_config_count && k < b.dtype_config_count; ++k)
        c.same("dtype config",
               left.dtype_configs[a.first_dtype_config + k] == right.dtype_configs[b.first_dtype_config + k]);
}

template <class Exported, class Written>
void compare(const char* key) {
    static_assert(quantype::valid_backend<Exported>);
    const quantype::detail::backend_view left = quantype::detail::table_of<Exported>.view();
    const quantype::detail::backend_view right = quantype::detail::table_of<Written>.view();
    table_comparison c;
    c.where = key;
    c.same("name", Exported::name() == Written::name());
    c.same("engine", Exported::engine::name == Written::engine::name);
    c.same("pattern_count", left.pattern_count == right.pattern_count);
    for (int i = 0; i < left.pattern_count && i < right.pattern_count; ++i) {
        c.where = std::string(key) + " pattern " + std::to_string(i);
        compare_entry(c, left, right, i);
    }
    std::printf("exported table %-10s: %d patterns, %zu fields compared, %zu differences\n", key, left.pattern_count,
                c.fields, c.differences);
    std::printf("golden exported table %s: %d cases run, 0 skipped\n", key, left.pattern_count);
    std::fflush(stdout);
    CHECK(c.differences == 0);
    CHECK(left.pattern_count == right.pattern_count);
}

template <class Exported, class Written>
void compare_mapping(const char* key) {
    constexpr quantype::mapping_view left = quantype::view_of(Exported::value);
    constexpr quantype::mapping_view right = quantype::view_of(Written::value);
    table_comparison c;
    c.where = key;
    c.same("count", left.count == right.count);
    for (int i = 0; i < left.count && i < right.count; ++i) {
        c.where = std::string(key) + " entry " + std::to_string(i);
        c.same("key", left.rules[i].same_key(right.rules[i]));
        c.same("QConfig", left.rules[i].value == right.rules[i].value);
    }
    std::printf("exported mapping %-21s: %d entries, %zu fields compared, %zu differences\n", key, left.count, c.fields,
                c.differences);
    std::printf("golden exported mapping %s: %d cases run, 0 skipped\n", key, left.count);
    std::fflush(stdout);
    CHECK(c.differences == 0);
}

inline void skip(const char* key) {
    WARN("SKIPPED golden exported table " << key << ": no recorded table");
    std::printf("golden exported table %s: 0 cases run, 0 skipped\n", key);
}
