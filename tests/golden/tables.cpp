// SPDX-License-Identifier: BSL-1.0
// The built-in backends and default mappings against PyTorch's exported tables: every entry, every field.
#include <fstream>
#include <map>
#include <string>

#include <quantype/backend/executorch.hpp>
#include <quantype/backend/fbgemm.hpp>
#include <quantype/backend/native.hpp>
#include <quantype/backend/onednn.hpp>
#include <quantype/backend/qnnpack.hpp>
#include <quantype/backend/table.hpp>
#include <quantype/backend/tensorrt.hpp>
#include <quantype/backend/x86.hpp>
#include <quantype/host/qconfig_text.hpp>
#include <quantype/qconfig/default_mappings.hpp>
#include <quantype/qconfig/default_qat_mappings.hpp>

#include "support/golden.hpp"

namespace qz = quantype;
using support::json;

namespace {

/// Counts compared fields and prints the first differences.
struct comparison {
    std::string where{};
    std::size_t fields = 0;
    std::size_t differences = 0;

    void same(const std::string& field, const json& have, const json& want) {
        ++fields;
        if (have == want) return;
        ++differences;
        UNSCOPED_INFO(where << ": " << field << " is " << have.dump() << ", recorded " << want.dump());
    }
};

std::string name_of(qz::op_id op) { return op == nullptr ? "*" : std::string(op->name); }
json name_or_null(qz::op_id op) { return op == nullptr ? json() : json(name_of(op)); }

json dtype_or_null(qz::dtype d) {
    if (d == qz::dtype::none) return nullptr;
    return std::string(qz::name_of(d)).substr(6);
}
template <class T>
json value_or_null(const qz::maybe<T>& v) {
    return v ? json(*v) : json();
}

json as_json(const qz::dtype_with_constraints& d) {
    return {{"dtype", dtype_or_null(d.type)},
            {"quant_min_lower_bound", value_or_null(d.quant_min_lower_bound)},
            {"quant_max_upper_bound", value_or_null(d.quant_max_upper_bound)},
            {"scale_min_lower_bound", value_or_null(d.scale_min_lower_bound)},
            {"scale_max_upper_bound", value_or_null(d.scale_max_upper_bound)},
            {"scale_exact_match", value_or_null(d.scale_exact_match)},
            {"zero_point_exact_match", value_or_null(d.zero_point_exact_match)}};
}

/// Back from preorder to nested lists: ["relu", ["add", "conv", "*"]].
json as_json(const qz::pattern_tree& t, int& at) {
    const auto n = t.nodes[at++];
    if (n.argument_count == 0) return name_of(n.op);
    json list = json::array({name_of(n.op)});
    for (int i = 0; i < n.argument_count; ++i) list.push_back(as_json(t, at));
    return list;
}

std::string text_of(qz::observation_type o) {
    switch (o) {
        case qz::observation_type::output_use_different_observer_as_input:
            return "OUTPUT_USE_DIFFERENT_OBSERVER_AS_INPUT";
        case qz::observation_type::output_share_observer_with_input: return "OUTPUT_SHARE_OBSERVER_WITH_INPUT";
        case qz::observation_type::input_output_not_observed: return "INPUT_OUTPUT_NOT_OBSERVED";
    }
    return "?";
}

json observation_map(const qz::detail::pattern_entry& p) {
    json map = json::object();
    for (int i = 0; i < 4; ++i)
        if (p.observation_for[i]) map[std::to_string(i)] = text_of(*p.observation_for[i]);
    return map;
}

std::map<std::string, int> argument_positions(const qz::detail::pattern_entry& p) {
    std::map<std::string, int> map;
    if (p.weight_index >= 0) map["weight"] = p.weight_index;
    if (p.bias_index >= 0) map["bias"] = p.bias_index;
    if (p.input_index >= 0) map["input"] = p.input_index;
    return map;
}

/// What a recorded fuser gives: {evaluation, training}; null where it refuses. "fold X" for a folded batch norm.
struct fusion {
    json evaluated{};
    json trained{};
};
std::string fold(const std::string& op) { return "fold " + op; }

fusion recorded_fusion(const json& row) {
    if (row.at("fuser_method").is_null()) return {};
    const std::string method = row.at("fuser_method").get<std::string>();
    const std::string fused = row.at("fused_module").is_null() ? "" : row.at("fused_module").get<std::string>();
    const std::string first = row.at("pattern").is_null() ? "" : row.at("pattern").at(0).get<std::string>();
    if (method == "sequential:" + fused) return {fused, fused};
    if (method == "fuse_conv_bn" || method == "fuse_linear_bn") return {fold(first), fused};
    if (method == "fuse_conv_bn_relu") {
        std::string relu = fused;
        return {fold(relu.erase(relu.find("Bn"), 2)), fused};
    }
    if (method == "fuse_convtranspose_bn") return {fold(first), nullptr};
    if (method == "_fuse_linear_bn_leaky_relu" || method.rfind("_fuse_conv_bn_add", 0) == 0)
        return {fold(fused), nullptr};
    if (method.rfind("_fuse_conv_add", 0) == 0) return {fused, fused};
    throw std::runtime_error("unknown fuser " + method);
}

json built_fusion(const qz::detail::pattern_entry& p, int mode) {
    if (p.fuses_to[mode] == nullptr) return nullptr;
    return p.folds_batch_norm[mode] ? fold(name_of(p.fuses_to[mode])) : name_of(p.fuses_to[mode]);
}

/// Position of an op in the preorder of a tree, or -1.
int position_of(const qz::pattern_tree& t, const std::string& op) {
    for (int i = 0; i < t.size; ++i)
        if (name_of(t.nodes[i].op) == op) return i;
    return -1;
}

void compare_getter(comparison& c, const json& row, const char* field, qz::detail::position_getter have,
                    const qz::pattern_tree& tree, const std::string& op) {
    c.same(std::string("has ") + field, have != nullptr, !row.at(field).is_null());
    if (have == nullptr) return;
    const int nodes[qz::max_pattern_nodes] = {};
    c.same(field, have({nodes, tree.size}), position_of(tree, op));
}

void compare_row(comparison& c, const qz::detail::backend_view& b, int index, const json& row, const json& configs) {
    const qz::detail::pattern_entry& p = b.patterns[index];
    int at = 0;
    c.same("index", index, row.at("index"));
    c.same("pattern", as_json(p.tree, at), row.at("pattern_tree"));
    c.same("observation_type", text_of(p.observation), row.at("observation_type"));
    c.same("num_tensor_args_to_observation_type", observation_map(p), row.at("num_tensor_args_to_observation_type"));
    c.same("has a map by tensor arguments", p.has_tensor_args_map,
           !row.at("num_tensor_args_to_observation_type").empty());
    c.same("root_module", name_or_null(p.root_module), row.at("root_module"));
    c.same("qat_module", name_or_null(p.qat_module), row.at("qat_module"));
    c.same("reference_quantized_module", name_or_null(p.reference_module), row.at("reference_quantized_module"));
    c.same("fused_module", name_or_null(p.fused_module), row.at("fused_module"));
    c.same("input_type_to_index", json(argument_positions(p)),
           json(row.at("input_type_to_index").get<std::map<std::string, int>>()));
    c.same("has fuser", p.has_fuser, !row.at("fuser_method").is_null());
    const fusion f = recorded_fusion(row);
    c.same("fuses to", built_fusion(p, 0), f.evaluated);
    c.same("fuses to, training", built_fusion(p, 1), f.trained);
    compare_getter(c, row, "root_node_getter", p.root_getter, p.tree, "torch.nn.Conv2d");
    compare_getter(c, row, "extra_inputs_getter", p.extra_inputs_getter, p.tree, "*");

    const json& ids = row.at("dtype_config_ids");
    c.same("number of dtype configs", p.dtype_config_count, ids.size());
    for (int i = 0; i < p.dtype_config_count && i < static_cast<int>(ids.size()); ++i) {
        const qz::dtype_config_value& have = b.dtype_configs[p.first_dtype_config + i];
        const json& want = configs.at(ids.at(static_cast<std::size_t>(i)).get<std::size_t>());
        const std::string name = "dtype config " + std::to_string(i) + ": ";
        for (const auto& [role, value] : {std::pair{"input", have.input_dtype}, std::pair{"output", have.output_dtype},
                                          std::pair{"weight", have.weight_dtype}}) {
            const json built = as_json(value);
            for (const auto& [field, x] : built.items()) c.same(name + role + " " + field, x, want.at(role).at(field));
        }
        c.same(name + "bias", dtype_or_null(have.bias_dtype), want.at("bias_dtype"));
        c.same(name + "is_dynamic", value_or_null(have.is_dynamic), want.at("is_dynamic"));
    }
}

/// The recorded file, or null where it is absent.
json recorded(const std::string& path) {
    std::ifstream in(std::string(QUANTYPE_GOLDEN_DIR) + "/../" + path);
    return in ? json::parse(in) : json();
}

bool absent(const json& file, const std::string& group) {
    if (!file.is_null()) return false;
    WARN("SKIPPED golden " << group << ": no recorded table");
    std::printf("golden %s: 0 cases run, 0 skipped\n", group.c_str());
    return true;
}

template <class Backend>
void compare_backend(const std::string& key) {
    static_assert(qz::valid_backend<Backend>);
    const std::string group = "table " + key;
    const json file = recorded("backend_configs/" + key + ".json");
    if (absent(file, group)) return;
    const qz::detail::backend_view b = qz::detail::table_of<Backend>.view();
    const json& rows = file.at("patterns");
    comparison c;
    c.where = key;
    c.same("name", std::string(Backend::name()), file.at("name"));
    c.same("number of patterns", b.pattern_count, rows.size());
    std::size_t compared = 0;
    for (; compared < rows.size() && static_cast<int>(compared) < b.pattern_count; ++compared) {
        c.where = key + " pattern " + std::to_string(compared);
        compare_row(c, b, static_cast<int>(compared), rows.at(compared), file.at("dtype_configs"));
    }
    CHECK(c.differences == 0);
    std::printf("table %-10s: %zu patterns, %zu fields compared, %zu differences\n", key.c_str(), compared, c.fields,
                c.differences);
    std::printf("golden %s: %zu cases run, 0 skipped\n", group.c_str(), compared);
}

// --- mappings ------------------------------------------------------------------------------------------------------

// The record names torch.nn.Identity by its public path.
template <class Class>
std::string public_name(const Class& c) {
    const bool observer = c.module.substr(0, 21) == "torch.ao.quantization";
    return (observer ? "torch.ao.quantization." : "torch.nn.") + std::string(c.name);
}

json argument_as_json(const qz::observer_arguments& a, qz::observer_argument which) {
    switch (which) {
        case qz::observer_argument::dtype: return dtype_or_null(a.dtype);
        case qz::observer_argument::qscheme: return std::string(qz::name_of(a.qscheme)).substr(6);
        case qz::observer_argument::quant_min: return *a.quant_min;
        case qz::observer_argument::quant_max: return *a.quant_max;
        case qz::observer_argument::eps: return static_cast<double>(a.eps);
        case qz::observer_argument::reduce_range: return a.reduce_range;
        case qz::observer_argument::is_dynamic: return a.is_dynamic;
        case qz::observer_argument::averaging_constant: return static_cast<double>(a.averaging_constant);
        case qz::observer_argument::ch_axis: return a.ch_axis;
        case qz::observer_argument::bins: return a.bins;
        case qz::observer_argument::scale: return static_cast<double>(a.scale);
        case qz::observer_argument::zero_point: return a.zero_point;
    }
    return nullptr;
}

/// In the order in which the arguments were given; a fake-quantize holds its observer.
json as_json(const qz::observer_config& o) {
    json observer{{"class", public_name(*o.type)}};
    json j = o.fake == nullptr ? observer : json{{"class", public_name(*o.fake)}};
    const int inner = o.fake == nullptr ? 0 : o.given_to_observer;
    const auto put = [&](json& to, int i) {
        to[std::string(qz::detail::qconfig_text::name_of(o.given[i]))] = argument_as_json(o.args, o.given[i]);
    };
    for (int i = 0; i < inner; ++i) put(observer, i);
    if (o.fake != nullptr) j["observer"] = observer;
    for (int i = inner; i < o.given_count; ++i) put(j, i);
    return j;
}
json as_json(const qz::maybe<qz::qconfig>& q) {
    if (!q) return nullptr;
    return {{"activation", as_json((*q).activation)}, {"weight", as_json((*q).weight)}};
}

template <class Mapping>
void compare_mapping(const std::string& key) {
    const std::string group = "mapping table " + key;
    const json file = recorded("qconfig_mappings/" + key + ".json");
    if (absent(file, group)) return;
    const qz::mapping_view m = qz::view_of(Mapping::value);
    const json& entries = file.at("object_type");
    comparison c;
    c.where = key;
    c.same("number of entries", m.count, entries.size() + 1);
    REQUIRE(m.count >= 1);
    c.same("level of the first entry", m.rules[0].level == qz::qconfig_rule::level_type::global, true);
    c.same("global", as_json(m.rules[0].value), file.at("global"));
    for (std::size_t i = 0; i < entries.size() && static_cast<int>(i) + 1 < m.count; ++i) {
        const qz::qconfig_rule& r = m.rules[i + 1];
        c.where = key + " entry " + std::to_string(i);
        c.same("level", r.level == qz::qconfig_rule::level_type::object_type, true);
        c.same("op", name_of(r.op), entries.at(i).at(0));
        c.same("QConfig", as_json(r.value), entries.at(i).at(1));
    }
    CHECK(c.differences == 0);
    std::printf("mapping %-21s: %d entries, %zu fields compared, %zu differences\n", key.c_str(), m.count, c.fields,
                c.differences);
    std::printf("golden %s: %d cases run, 0 skipped\n", group.c_str(), m.count);
}

/// The named QConfigs of torch.ao.quantization.qconfig, in the order of the record.
struct named_qconfig {
    const char* name;
    qz::qconfig value;
};
#define QUANTYPE_NAMED(name) \
    named_qconfig { #name, qz::name }
constexpr named_qconfig named_qconfigs[] = {
    QUANTYPE_NAMED(default_qconfig),
    QUANTYPE_NAMED(default_debug_qconfig),
    QUANTYPE_NAMED(default_per_channel_qconfig),
    QUANTYPE_NAMED(default_dynamic_qconfig),
    QUANTYPE_NAMED(float16_dynamic_qconfig),
    QUANTYPE_NAMED(float16_static_qconfig),
    QUANTYPE_NAMED(per_channel_dynamic_qconfig),
    QUANTYPE_NAMED(float_qparams_weight_only_qconfig),
    QUANTYPE_NAMED(float_qparams_weight_only_qconfig_4bit),
    QUANTYPE_NAMED(default_quint8_weight_qconfig),
    QUANTYPE_NAMED(default_qat_qconfig),
    QUANTYPE_NAMED(default_dynamic_qat_qconfig),
    QUANTYPE_NAMED(default_weight_only_qconfig),
    QUANTYPE_NAMED(default_activation_only_qconfig),
    QUANTYPE_NAMED(default_qat_qconfig_v2),
    QUANTYPE_NAMED(default_reuse_input_qconfig),
    QUANTYPE_NAMED(default_symmetric_qnnpack_qconfig),
    QUANTYPE_NAMED(default_per_channel_symmetric_qnnpack_qconfig),
    QUANTYPE_NAMED(default_symmetric_qnnpack_qat_qconfig),
    QUANTYPE_NAMED(default_per_channel_symmetric_qnnpack_qat_qconfig),
    QUANTYPE_NAMED(default_embedding_qat_qconfig),
    QUANTYPE_NAMED(default_embedding_qat_qconfig_4bit),
};
#undef QUANTYPE_NAMED

}  // namespace

TEST_CASE("golden tables: built-in backends are PyTorch's", "[golden]") {
    compare_backend<qz::backends::native>("native");
    compare_backend<qz::backends::fbgemm>("fbgemm");
    compare_backend<qz::backends::x86>("x86");
    compare_backend<qz::backends::qnnpack>("qnnpack");
    compare_backend<qz::backends::onednn>("onednn");
    compare_backend<qz::backends::executorch>("executorch");
    compare_backend<qz::backends::tensorrt>("tensorrt");
}

TEST_CASE("golden tables: default mappings are PyTorch's", "[golden]") {
    compare_mapping<qz::default_qnnpack_mapping>("default_qnnpack");
    compare_mapping<qz::default_x86_mapping>("default_x86");
    compare_mapping<qz::default_fbgemm_mapping>("default_fbgemm");
    compare_mapping<qz::default_onednn_mapping>("default_onednn");
    compare_mapping<qz::symmetric_qnnpack_mapping>("symmetric_qnnpack");
    compare_mapping<qz::default_qat_qnnpack_mapping>("default_qat_qnnpack");
    compare_mapping<qz::default_qat_x86_mapping>("default_qat_x86");
    compare_mapping<qz::default_qat_fbgemm_mapping>("default_qat_fbgemm");
    compare_mapping<qz::default_qat_onednn_mapping>("default_qat_onednn");
    compare_mapping<qz::default_qat_v0_qnnpack_mapping>("default_qat_v0_qnnpack");
    compare_mapping<qz::default_qat_v0_x86_mapping>("default_qat_v0_x86");
    compare_mapping<qz::default_qat_v0_fbgemm_mapping>("default_qat_v0_fbgemm");
    compare_mapping<qz::default_qat_v0_onednn_mapping>("default_qat_v0_onednn");
    compare_mapping<qz::symmetric_qnnpack_qat_mapping>("symmetric_qnnpack_qat");
}

TEST_CASE("golden tables: named QConfigs are PyTorch's", "[golden]") {
    const json file = recorded("qconfig_mappings/named_qconfigs.json");
    if (absent(file, "table named_qconfigs")) return;
    comparison c;
    c.where = "named_qconfigs";
    c.same("number of QConfigs", std::size(named_qconfigs), file.size());
    std::size_t compared = 0;
    for (const named_qconfig& q : named_qconfigs) {
        c.where = q.name;
        c.same("recorded", file.contains(q.name), true);
        if (!file.contains(q.name)) continue;
        c.same("QConfig", as_json(qz::maybe<qz::qconfig>(q.value)), file.at(q.name));
        ++compared;
    }
    CHECK(c.differences == 0);
    std::printf("named QConfigs: %zu, %zu fields compared, %zu differences\n", compared, c.fields, c.differences);
    std::printf("golden table named_qconfigs: %zu cases run, 0 skipped\n", compared);
}
