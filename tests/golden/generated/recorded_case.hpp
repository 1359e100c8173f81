// SPDX-License-Identifier: BSL-1.0
// One case of the groups models and tutorial, with the differences between the two manifests evened out.
#pragma once
#include <map>
#include <set>

#include <quantype/host/tensor.hpp>
#include <quantype/io/weights.hpp>

#include "support/golden.hpp"

namespace values {

namespace qz = quantype;
using support::json;

inline qz::shape shape_of(const support::npy_array& a) {
    qz::shape s;
    for (const std::int64_t d : a.shape) s.dims[s.rank++] = static_cast<int>(d);
    return s;
}

/// One input that was run through the converted model, with every value of that run.
struct recorded_run {
    std::string label{};
    qz::tensor<float> input{};
    json values{};
    std::vector<float> reference_output{};
};

/// Codes, scales and float bias of a weighted module.
struct recorded_weight {
    qz::shape extents{};
    std::vector<std::int8_t> codes{};
    std::vector<float> scale{};
    std::vector<std::int32_t> zero_point{};
    bool has_bias = false;  ///< false: not recorded, which does not mean that there is none
    std::vector<float> bias{};
};

class recorded_case {
public:
    recorded_case(const support::golden_group& g, const std::string& name) : group_(g), case_(find(name)) {
        const json& engine = case_.at("engines").at("qnnpack");
        if (case_.contains("batches")) {
            for (const json& b : case_["batches"]) batches.push_back(tensor(b));
            runs.push_back({"last batch", batches.back(), engine.at("values"), floats(case_.at("reference_output"))});
        } else {
            batches.push_back(tensor(case_.at("calibration_input")));
            for (const char* label : {"calibration", "test"})
                runs.push_back({label, tensor(case_.at(std::string(label) + "_input")), engine.at("values").at(label),
                                floats(case_.at("reference_output").at(label))});
        }
        const json& list = engine.contains("weights") ? engine["weights"] : engine.at("quantized_weights");
        for (const auto& [path, w] : list.items()) weights[path] = weight(w);
    }

    std::vector<qz::tensor<float>> batches{};
    std::vector<recorded_run> runs{};
    std::map<std::string, recorded_weight> weights{};

    bool trained() const { return case_.value("qat", false); }
    /// The recorded state of an observer, or null: fixed qparams and placeholders have none.
    const json* observer(int slot) const {
        const auto at = case_.at("observers").find("activation_post_process_" + std::to_string(slot));
        return at == case_.at("observers").end() ? nullptr : &*at;
    }
    const json& weight_fake_quant(const std::string& path) const {
        return case_.at("observers").at(path + ".weight_fake_quant");
    }
    /// What PyTorch's trained model saves, put together from the record: parameters, running statistics after training
    /// under the fused modules' names, and the states of all fake-quantizes.
    qz::tensor_map trained_state_dict() const {
        qz::tensor_map map;
        for (const auto& [name, j] : case_.at("params").items()) map[name] = qz::to_any_tensor(tensor(j));
        for (const auto& [name, j] : case_.at("after_training_mode_calls").items())
            rename_batch_norm(map, name, qz::to_any_tensor(tensor(j)));
        for (const auto& [name, o] : case_.at("observers").items()) put_fake_quantize(map, name, o);
        return map;
    }
    /// The float model's output on the last batch, where recorded.
    std::vector<float> float_output() const {
        return case_.contains("prepared_output_last_batch") ? floats(case_["prepared_output_last_batch"])
                                                            : std::vector<float>{};
    }
    /// A printed model, or null.
    const std::string* text(const char* key) const {
        const auto at = case_.find(key);
        return at == case_.end() ? nullptr : at->get_ptr<const std::string*>();
    }
    std::vector<float> floats(const json& j) const { return group_.floats(j); }
    std::vector<std::int64_t> codes(const json& j) const { return support::integers(group_.load(j)); }
    qz::tensor<float> tensor(const json& j) const {
        const support::npy_array a = group_.load(j);
        return {shape_of(a), support::elements<float>(a)};
    }
    /// The recorded parameters that the model has; some records hold those of modules that the graph does not call.
    qz::tensor_map parameters(const std::set<std::string>& wanted) const {
        qz::tensor_map map;
        for (const auto& [name, j] : case_.at("params").items())
            if (wanted.count(name) != 0) map[name] = qz::to_any_tensor(tensor(j));
        return map;
    }

private:
    /// Path of the batch norm that the float model calls on the result of the module at `path`.
    std::string batch_norm_behind(const std::string& path) const {
        const json& nodes = case_.at("float_graph");
        for (const json& conv : nodes)
            for (const json& bn : nodes)
                if (conv.at("target") == path && bn.value("module", "").find("BatchNorm") != std::string::npos &&
                    bn.at("args").at(0) == "%" + conv.at("name").get<std::string>())
                    return bn.at("target").get<std::string>();
        throw std::runtime_error("no batch norm behind " + path);
    }
    /// "c.bn.running_mean" replaces "b.running_mean"; the batch norm's other parameters move along.
    void rename_batch_norm(qz::tensor_map& map, const std::string& name, qz::any_tensor value) const {
        const std::string kind = name.substr(name.rfind('.')), fused = name.substr(0, name.size() - kind.size());
        if (fused.size() > 3 && fused.substr(fused.size() - 3) == ".bn") {
            const std::string alone = batch_norm_behind(fused.substr(0, fused.size() - 3));
            for (const char* other : {".weight", ".bias", ".running_mean", ".running_var"})
                if (auto entry = map.extract(alone + other)) {
                    entry.key() = fused + other;
                    map.insert(std::move(entry));
                }
        }
        map[name] = std::move(value);
    }
    static void put_fake_quantize(qz::tensor_map& map, const std::string& name, const json& o) {
        const auto floats = [&](const std::string& key, qz::shape s, const json& j) {
            map[name + key] = qz::to_any_tensor(qz::tensor<float>(s, support::numbers32(j)));
        };
        const qz::shape one(1);
        for (const char* key : {".fake_quant_enabled", ".observer_enabled"})
            map[name + key] = qz::to_any_tensor(qz::tensor<std::int64_t>(one, {1}));
        floats(".scale", one, o.at("scale"));
        map[name + ".zero_point"] =
            qz::to_any_tensor(qz::tensor<std::int32_t>(one, o.at("zero_point").get<std::vector<std::int32_t>>()));
        floats(".activation_post_process.min_val", {}, o.at("min_val"));
        floats(".activation_post_process.max_val", {}, o.at("max_val"));
    }

    const json& find(const std::string& name) const {
        for (const json& c : group_.cases())
            if (c.at("case") == name) return c;
        throw std::runtime_error(group_.name + " has no case " + name);
    }
    recorded_weight weight(const json& j) const {
        const json& codes = j.contains("weight") ? j["weight"] : j;
        const support::npy_array a = group_.load(codes);
        const bool per_channel = codes.at("qscheme") == "per_channel";
        recorded_weight w;
        w.extents = shape_of(a);
        w.codes = support::elements<std::int8_t>(a);
        w.scale = support::numbers32(codes.at(per_channel ? "scales" : "scale"));
        const json& zero = codes.at(per_channel ? "zero_points" : "zero_point");
        w.zero_point =
            zero.is_array() ? zero.get<std::vector<std::int32_t>>() : std::vector<std::int32_t>{zero.get<int>()};
        if (j.contains("bias")) {
            w.has_bias = true;
            if (!j["bias"].is_null()) w.bias = floats(j["bias"]);
        }
        return w;
    }

    const support::golden_group& group_;
    const json& case_;
};

}  // namespace values
