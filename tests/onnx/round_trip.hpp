// SPDX-License-Identifier: BSL-1.0
// What the programs of the round trip share: files of raw float32 samples, and writing a converted model with them.
#pragma once
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include <quantype/desk.hpp>
#include <quantype/run/write_onnx.hpp>

#include "golden/real_lowered.hpp"

namespace round_trip {

namespace qz = quantype;

inline std::vector<float> read_floats(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) qz::raise(path + ": cannot be opened");
    const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    std::vector<float> values(bytes.size() / sizeof(float));
    std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
    return values;
}
inline void write_floats(const std::string& path, const std::vector<float>& values) {
    const auto bytes = std::as_bytes(std::span<const float>(values));
    qz::write_file_atomically(path, bytes);
}

/// The model's results for samples that lie one after the other.
template <class Model>
std::vector<float> run_all(const Model& model, const qz::shape& extents, const std::vector<float>& samples) {
    const auto size = static_cast<std::ptrdiff_t>(extents.count());
    std::vector<float> results;
    for (auto at = samples.begin(); samples.end() - at >= size; at += size) {
        const auto outputs = model(qz::tensor<float>(extents, std::vector<float>(at, at + size)));
        results.insert(results.end(), outputs[0].data.begin(), outputs[0].data.end());
    }
    return results;
}

/// The codes of every QuantizeLinear of the file, from the run of one sample.
template <class Net, class Backend, class Mapping>
qz::tensor_map codes_of(const qz::quantized_model<Net, Backend, Mapping>& model, const float* sample) {
    using stages = real_models::stages<Net, Backend, Mapping>;
    using recorder = real_models::code_recorder<stages>;
    (void)real_models::run_sample<recorder>(model, sample, true);
    std::map<int, int> by_slot, by_call;  // nodes of the lowered graph
    for (const auto& [node, codes] : recorder::codes) {
        const qz::node& n = stages::lowered[node];
        if (n.observer >= 0) by_slot[n.observer] = node;
        by_call[n.origin] = node;
    }
    const qz::graph_view g = qz::stage::reference<Net, Backend, Mapping>.view();
    const qz::report::node_names names = qz::report::names_of(stages::prepared, g);
    qz::tensor_map r;
    for (int i = g.first; i >= 0; i = g[i].next) {
        if (g[i].op->code != qz::op_code::quantize) continue;
        const int node = by_slot.contains(g[i].observer) ? by_slot.at(g[i].observer) : by_call.at(g[i].origin);
        r[names[i]] = qz::to_any_tensor(
            qz::tensor<std::uint8_t>(stages::prepared.trace.shape_of(g[i]), recorder::codes.at(node)));
    }
    return r;
}

/// FOLDER/model.onnx, inputs.bin, outputs.bin and codes.safetensors.
template <class Model>
void write(const Model& model, const qz::shape& extents, const std::vector<float>& samples, const std::string& folder) {
    qz::write_onnx(model, folder + "/model.onnx");
    write_floats(folder + "/inputs.bin", samples);
    write_floats(folder + "/outputs.bin", run_all(model, extents, samples));
    qz::write_model_file(folder + "/codes.safetensors", codes_of(model, samples.data()), {});
}

}  // namespace round_trip
