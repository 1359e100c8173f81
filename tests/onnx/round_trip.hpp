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

/// float32 values, or codes.
template <class T>
std::vector<T> read_values(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) qz::raise(path + ": cannot be opened");
    const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    std::vector<T> values(bytes.size() / sizeof(T));
    std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
    return values;
}
template <class T>
void write_values(const std::string& path, const std::vector<T>& values) {
    qz::write_file_atomically(path, std::as_bytes(std::span<const T>(values)));
}

/// The model's only output, for float32 values or codes in and out.
template <class Hook, class Model, class T>
std::vector<T> run_one(const Model& model, const qz::tensor<T>& input) {
    qz::any_tensor x = qz::to_any_tensor(input);
    if constexpr (!std::is_same_v<T, float>) x.type = qz::quint8;
    return qz::values_of<T>(model.template run_tensors<Hook>({x})[0]).data;
}
/// The model's results for samples that lie one after the other.
template <class Model, class T>
std::vector<T> run_all(const Model& model, const qz::shape& extents, const std::vector<T>& samples) {
    const auto size = static_cast<std::ptrdiff_t>(extents.count());
    std::vector<T> results;
    for (auto at = samples.begin(); samples.end() - at >= size; at += size) {
        const auto output = run_one<qz::no_hook>(model, qz::tensor<T>(extents, std::vector<T>(at, at + size)));
        results.insert(results.end(), output.begin(), output.end());
    }
    return results;
}

/// The codes of every QuantizeLinear of the file, from the run of one sample.
template <class Net, class Backend, class Mapping, class T>
qz::tensor_map codes_of(const qz::quantized_model<Net, Backend, Mapping>& model, const qz::tensor<T>& sample) {
    using stages = real_models::stages<Net, Backend, Mapping>;
    using recorder = real_models::code_recorder<stages>;
    recorder::on = true;
    (void)run_one<recorder>(model, sample);
    std::map<int, int> by_slot, by_call;  // nodes of the lowered graph
    for (const auto& [node, codes] : recorder::codes) {
        const qz::node& n = stages::lowered[node];
        if (n.observer >= 0) by_slot[n.observer] = node;
        by_call[n.origin] = node;
    }
    const qz::graph_view g = qz::stage::reference<Net, Backend, Mapping>.view();
    qz::report::node_names names = qz::report::names_of(stages::prepared, g);
    const int result = qz::first_input(g, g.last);
    if (g[result].op->code == qz::op_code::quantize) names.name[static_cast<std::size_t>(result)] = "output_0";
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
template <class Model, class T>
void write(const Model& model, const qz::shape& extents, const std::vector<T>& samples, const std::string& folder) {
    qz::write_onnx(model, folder + "/model.onnx");
    write_values(folder + "/inputs.bin", samples);
    write_values(folder + "/outputs.bin", run_all(model, extents, samples));
    const qz::tensor<T> first(extents, std::vector<T>(samples.begin(), samples.begin() + extents.count()));
    qz::write_model_file(folder + "/codes.safetensors", codes_of(model, first), {});
}

}  // namespace round_trip
