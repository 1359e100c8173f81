// SPDX-License-Identifier: BSL-1.0
// What the programs of the round trip share: files of raw float32 samples, and writing a converted model with them.
#pragma once
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include <quantype/desk.hpp>
#include <quantype/run/write_onnx.hpp>

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

/// FOLDER/model.onnx, inputs.bin and outputs.bin.
template <class Model>
void write(const Model& model, const qz::shape& extents, const std::vector<float>& samples, const std::string& folder) {
    qz::write_onnx(model, folder + "/model.onnx");
    write_floats(folder + "/inputs.bin", samples);
    write_floats(folder + "/outputs.bin", run_all(model, extents, samples));
}

}  // namespace round_trip
