// SPDX-License-Identifier: BSL-1.0
// The built-in backends and default mappings, written as JSON, against PyTorch's exported tables: every entry, every
// field. The fusers' names follow from what they make of a pattern, the getters' from the place they give.
#include <fstream>
#include <string>

#include <quantype/backend/executorch.hpp>
#include <quantype/backend/fbgemm.hpp>
#include <quantype/backend/native.hpp>
#include <quantype/backend/onednn.hpp>
#include <quantype/backend/qnnpack.hpp>
#include <quantype/backend/tensorrt.hpp>
#include <quantype/backend/x86.hpp>
#include <quantype/qconfig/default_mappings.hpp>
#include <quantype/qconfig/default_qat_mappings.hpp>
#include <quantype/report/backend_json.hpp>
#include <quantype/report/mapping_json.hpp>

#include "support/golden.hpp"

namespace qz = quantype;
using qz::report::ordered_json;
using support::json;

namespace {

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

/// Counts the values of a recorded file and compares it with what the library writes.
void compare_file(const std::string& group, const ordered_json& have, const json& want, std::size_t entries) {
    const json difference = json::diff(json(have), want);
    for (const json& d : difference) UNSCOPED_INFO(group << ": " << d.dump());
    CHECK(difference.empty());
    std::printf("%-30s: %zu entries, %zu fields compared, %zu differences\n", group.c_str(), entries,
                want.flatten().size(), difference.size());
    std::printf("golden %s: %zu cases run, 0 skipped\n", group.c_str(), entries);
}

template <class Backend>
void compare_backend(const std::string& key) {
    const std::string group = "table " + key;
    const json file = recorded("backend_configs/" + key + ".json");
    if (absent(file, group)) return;
    compare_file(group, qz::report::backend_json<Backend>(), file, file.at("patterns").size());
}

template <class Mapping>
void compare_mapping(const std::string& key) {
    const std::string group = "mapping table " + key;
    const json file = recorded("qconfig_mappings/" + key + ".json");
    if (absent(file, group)) return;
    compare_file(group, qz::report::mapping_json<Mapping>(key), file, file.at("object_type").size() + 1);
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
    ordered_json have;
    for (const named_qconfig& q : named_qconfigs)
        have[q.name] = qz::report::detail::as_json(qz::maybe<qz::qconfig>(q.value));
    compare_file("table named_qconfigs", have, file, file.size());
}
