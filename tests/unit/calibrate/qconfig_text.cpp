// SPDX-License-Identifier: BSL-1.0
// The named QConfigs against PyTorch's export, and the texts of QConfigs and warnings against the recorded ones.
#include <quantype/host/warnings.hpp>
#include <set>

#include "support/golden.hpp"

namespace qz = quantype;
using support::json;

namespace {

json argument_of(const qz::observer_config& o, qz::observer_argument a) {
    const auto bare = [](std::string_view torch) { return std::string(torch.substr(6)); };
    switch (a) {
        case qz::observer_argument::dtype: return bare(qz::name_of(o.args.dtype));
        case qz::observer_argument::qscheme: return bare(qz::name_of(o.args.qscheme));
        case qz::observer_argument::quant_min: return *o.args.quant_min;
        case qz::observer_argument::quant_max: return *o.args.quant_max;
        case qz::observer_argument::eps: return static_cast<double>(o.args.eps);
        case qz::observer_argument::reduce_range: return o.args.reduce_range;
        case qz::observer_argument::is_dynamic: return o.args.is_dynamic;
        case qz::observer_argument::averaging_constant: return static_cast<double>(o.args.averaging_constant);
        case qz::observer_argument::ch_axis: return o.args.ch_axis;
        case qz::observer_argument::bins: return o.args.bins;
        case qz::observer_argument::scale: return static_cast<double>(o.args.scale);
        case qz::observer_argument::zero_point: return o.args.zero_point;
    }
    return nullptr;
}

json exported(const qz::observer_config& o) {
    json j;
    j["class"] = "torch.ao.quantization." + std::string(o.type->name);
    for (int i = 0; i < o.given_count; ++i)
        j[std::string(qz::detail::qconfig_text::name_of(o.given[i]))] = argument_of(o, o.given[i]);
    return j;
}

json exported(const qz::qconfig& q) {
    return json{{"activation", exported(q.activation)}, {"weight", exported(q.weight)}};
}

json load(const std::string& file) {
    std::ifstream in(std::string(QUANTYPE_GOLDEN_DIR) + "/../qconfig_mappings/" + file);
    return in ? json::parse(in) : json();
}

}  // namespace

TEST_CASE("named QConfigs are PyTorch's, in classes, arguments and their order", "[calibrate]") {
    const json named = load("named_qconfigs.json");
    if (named.is_null()) {
        WARN("SKIPPED golden named_qconfigs.json");
        return;
    }
    const std::pair<const char*, qz::qconfig> ours[] = {
        {"default_qconfig", qz::default_qconfig},
        {"default_debug_qconfig", qz::default_debug_qconfig},
        {"default_per_channel_qconfig", qz::default_per_channel_qconfig},
        {"default_dynamic_qconfig", qz::default_dynamic_qconfig},
        {"float16_dynamic_qconfig", qz::float16_dynamic_qconfig},
        {"float16_static_qconfig", qz::float16_static_qconfig},
        {"per_channel_dynamic_qconfig", qz::per_channel_dynamic_qconfig},
        {"float_qparams_weight_only_qconfig", qz::float_qparams_weight_only_qconfig},
        {"float_qparams_weight_only_qconfig_4bit", qz::float_qparams_weight_only_qconfig_4bit},
        {"default_quint8_weight_qconfig", qz::default_quint8_weight_qconfig},
        {"default_reuse_input_qconfig", qz::default_reuse_input_qconfig},
        {"default_symmetric_qnnpack_qconfig", qz::default_symmetric_qnnpack_qconfig},
        {"default_per_channel_symmetric_qnnpack_qconfig", qz::default_per_channel_symmetric_qnnpack_qconfig},
    };
    std::set<std::string> known;
    for (const auto& [name, q] : ours) {
        INFO(name);
        CHECK(exported(q).dump() == named.at(name).dump());
        known.insert(name);
    }
    // What is not here holds a fake-quantize (quantization-aware training).
    for (const auto& [name, value] : named.items())
        CHECK((known.count(name) == 1 || value.dump().find("FakeQuantize") != std::string::npos));
}

TEST_CASE("the entries of the default mappings are PyTorch's", "[calibrate]") {
    const std::pair<const char*, qz::qconfig> ours[] = {{"default_qnnpack.json", qz::default_qnnpack_qconfig},
                                                        {"default_x86.json", qz::default_x86_qconfig},
                                                        {"default_fbgemm.json", qz::default_fbgemm_qconfig},
                                                        {"default_onednn.json", qz::default_onednn_qconfig}};
    for (const auto& [file, q] : ours) {
        const json mapping = load(file);
        if (mapping.is_null()) {
            WARN("SKIPPED golden " << file);
            return;
        }
        INFO(file);
        CHECK(mapping.at("global").dump() == exported(q).dump());
        int fixed = 0;
        for (const json& entry : mapping.at("object_type")) {
            const std::string text = entry.at(1).dump();
            if (text.find("FixedQParams") == std::string::npos) continue;
            const bool tanh = entry.at(0).get<std::string>().find("anh") != std::string::npos;
            CHECK(text == exported(tanh ? qz::default_fixed_qparams_range_neg1to1_qconfig
                                        : qz::default_fixed_qparams_range_0to1_qconfig)
                              .dump());
            ++fixed;
        }
        CHECK(fixed > 0);
    }
}

TEST_CASE("the recorded warnings are reproduced word for word", "[calibrate]") {
    const support::golden_group g("tutorial");
    if (!support::available(g)) return;
    const std::string ours =
        qz::warnings::eps_too_small(qz::warnings::which::activation, qz::default_x86_qconfig.activation, 0x1p-12,
                                    qz::to_string(qz::default_x86_qconfig, qz::attached_arguments));
    int found = 0;
    for (const json& c : g.cases())
        for (const json& w : c.at("warnings")) {
            CHECK(w.get<std::string>() == ours);
            ++found;
        }
    CHECK(found > 0);
}

TEST_CASE("warning texts", "[calibrate]") {
    namespace w = qz::warnings;
    CHECK(qz::to_string(qz::default_qconfig) ==
          "QConfig(activation=functools.partial(<class 'torch.ao.quantization.observer.MinMaxObserver'>, quant_min=0, "
          "quant_max=127){}, weight=functools.partial(<class 'torch.ao.quantization.observer.MinMaxObserver'>, "
          "dtype=torch.qint8, qscheme=torch.per_tensor_symmetric){})");
    CHECK(qz::to_string(qz::min_max_observer()) == "<class 'torch.ao.quantization.observer.MinMaxObserver'>");
    CHECK(qz::to_string(qz::min_max_observer().eps(0x1p-12)).find("eps=0.000244140625)") != std::string::npos);
    CHECK(qz::to_string(qz::moving_average_min_max_observer().averaging_constant(0.3)).find("=0.3)") !=
          std::string::npos);
    CHECK(w::quant_range_missing(w::which::weight, "Q") ==
          "QConfig weight must specify 'quant_min' and 'quant_max', ignoring Q");
    CHECK(w::quant_range_outside(w::which::activation, {0, 255}, {0, 127}, "Q") ==
          "QConfig activation quantization range must fall within the backend's:\n"
          "QConfig range = (0, 255), BackendConfig range = (0, 127), ignoring Q");
    CHECK(w::eps_missing(w::which::activation, "Q") == "QConfig activation must specify 'eps', ignoring Q");
    CHECK(w::eps_too_small(w::which::activation, qz::placeholder_observer(), 0x1p-12, "Q") ==
          "QConfig activation eps (1.1920928955078125e-07) must be greater than or equal to the backend's min scale "
          "value (0.000244140625), ignoring Q");
    CHECK(w::fixed_qparams_missing("Q").find("for fixed qparams ops, ignoring Q.\nPlease use torch.ao") !=
          std::string::npos);
    CHECK(w::fixed_qparams_differ(qz::fixed_qparams_observer(1.0 / 256, 0), 2.0 / 256, 128, "Q")
              .find("QConfig fixed scale (tensor([0.0039])) and zero point (tensor([0], dtype=torch.int32)) do not "
                    "match the backend's (0.0078125 and 128), ignoring Q.\nPlease") == 0);
}
