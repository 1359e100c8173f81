// SPDX-License-Identifier: BSL-1.0
// An exported model against PyTorch's own run of the same quantized model: every quantized value and the output.
#pragma once
#include <cstdio>
#include <fstream>

#include <nlohmann/json.hpp>

#include <quantype/desk.hpp>
#include <quantype/run/torch_parameters.hpp>

#include "golden/real_lowered.hpp"

namespace exported_models {

namespace qz = quantype;
using real_models::stages;

/// One comparison, printed and judged. `weighted` counts what convolutions and linear layers gave.
struct tally {
    std::size_t codes = 0, codes_differing = 0, weighted = 0, weighted_differing = 0, nodes = 0, other_targets = 0;
    std::size_t outputs = 0, outputs_differing = 0;
    bool same() const { return nodes > 0 && codes_differing == 0 && other_targets == 0 && outputs_differing == 0; }
};

inline nlohmann::json read_json(const std::string& path) {
    std::ifstream in(path);
    if (!in) qz::raise(path + ": cannot be opened");
    return nlohmann::json::parse(in);
}

template <class Stages>
void compare_nodes(const nlohmann::json& nodes, const qz::tensor_map& expected, const std::string& sample, tally& t) {
    using recorder = real_models::code_recorder<Stages>;
    const std::vector<int> calls = Stages::calls();
    if (calls.size() != nodes.size())
        qz::raise("the lowered graph has " + std::to_string(calls.size()) + " calls, PyTorch's has " +
                  std::to_string(nodes.size()));
    for (std::size_t i = 0; i < calls.size(); ++i) {
        const std::string name = nodes[i]["name"].get<std::string>(), target = nodes[i]["target"].get<std::string>();
        if (Stages::target(calls[i]) != target) {
            std::printf("    %s: %s here, %s in PyTorch\n", name.c_str(), Stages::target(calls[i]).c_str(),
                        target.c_str());
            ++t.other_targets;
        }
        const auto found = expected.find(sample + name);
        if (found == expected.end()) continue;
        const std::vector<std::uint8_t>& got = recorder::codes.at(calls[i]);
        if (got.size() != found->second.bytes.size()) qz::raise(name + ": another number of values than PyTorch's");
        const std::size_t wrong = real_models::differing(got, found->second.bytes.data());
        if (wrong > 0) std::printf("    %s: %zu of %zu codes differ\n", name.c_str(), wrong, got.size());
        ++t.nodes;
        t.codes += got.size();
        t.codes_differing += wrong;
        if (!Stages::is_weighted(calls[i])) continue;
        t.weighted += got.size();
        t.weighted_differing += wrong;
    }
}

/// Runs the samples of a folder that record.py wrote. Prints one line; true when nothing differs.
template <class Net, class Backend, class Mapping>
bool check(const std::string& folder, const std::string& name) {
    using s = stages<Net, Backend, Mapping>;
    const auto weights = qz::load_safetensors(folder + "/" + name + ".safetensors");
    const auto numbers = qz::load_safetensors(folder + "/" + name + "_quantized.safetensors");
    const auto expected = qz::load_safetensors(folder + "/expected.safetensors");
    const auto parameters = qz::torch_parameters<Net, Backend, Mapping>(numbers);
    const auto model = qz::convert_from<Net, Backend, Mapping, qz::keep_float>(weights, parameters);
    const nlohmann::json nodes = read_json(folder + "/nodes.json");
    tally t;
    int samples = 0;
    for (; expected.contains(std::to_string(samples) + ".input"); ++samples) {
        const std::string sample = std::to_string(samples) + ".";
        const auto x = qz::get<float>(expected, sample + "input"), want = qz::get<float>(expected, sample + "output");
        const std::vector<float> y = real_models::run_sample<real_models::code_recorder<s>>(model, x.data.data(), true);
        compare_nodes<s>(nodes, expected, sample, t);
        for (std::size_t k = 0; k < want.data.size(); ++k) t.outputs_differing += y.at(k) != want.data[k];
        t.outputs += want.data.size();
    }
    std::printf(
        "export %s: %d samples, %zu values of %zu calls; %zu of %zu codes differ (convolution and linear: %zu of %zu); "
        "%zu of %zu outputs differ; %zu other targets\n",
        folder.c_str(), samples, t.nodes, nodes.size(), t.codes_differing, t.codes, t.weighted_differing, t.weighted,
        t.outputs_differing, t.outputs, t.other_targets);
    return t.same();
}

}  // namespace exported_models
