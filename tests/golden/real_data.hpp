// SPDX-License-Identifier: BSL-1.0
// The files of one real model (QUANTYPE_MODELS_DIR): weights, samples as float32 in PyTorch's order, labels, records.
#pragma once
#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include <quantype/io/npy.hpp>
#include <quantype/io/safetensors.hpp>
#include <quantype/io/weights.hpp>

#include "support/golden.hpp"

#ifndef QUANTYPE_MODELS_DIR
#define QUANTYPE_MODELS_DIR "../shared/models"
#endif

namespace real_models {

namespace qz = quantype;
using support::json;

inline bool exists(const std::string& path) { return static_cast<bool>(std::ifstream(path)); }
inline json read_json(const std::string& path) {
    std::ifstream in(path);
    if (!in) throw std::runtime_error(path + ": cannot be opened");
    return json::parse(in);
}

/// Any number type of a file as double.
inline std::vector<double> numbers(const qz::any_tensor& t) {
    const auto widen = [](const auto& values) { return std::vector<double>(values.data.begin(), values.data.end()); };
    switch (t.type) {
        case qz::dtype::uint8: return widen(qz::values_of<std::uint8_t>(t));
        case qz::dtype::int8: return widen(qz::values_of<std::int8_t>(t));
        case qz::dtype::int32: return widen(qz::values_of<std::int32_t>(t));
        case qz::dtype::float32: return widen(qz::values_of<float>(t));
        default: throw std::runtime_error("dtype without a reader here");
    }
}

/// (N, H, W, C) to (N, C, H, W).
inline std::vector<double> to_nchw(const std::vector<double>& x, const qz::shape& s) {
    if (s.rank != 4) return x;
    std::vector<double> y(x.size());
    const std::size_t plane = static_cast<std::size_t>(s[1]) * static_cast<std::size_t>(s[2]);
    const std::size_t channels = static_cast<std::size_t>(s[3]);
    for (std::size_t i = 0; i < x.size(); ++i) {
        const std::size_t c = i % channels, pixel = i / channels % plane, n = i / channels / plane;
        y[(n * channels + c) * plane + pixel] = x[i];
    }
    return y;
}

/// Samples: `count` of `size` values each.
struct samples {
    std::vector<float> values{};
    int count = 0;
    std::size_t size = 0;
    const float* operator[](int i) const { return values.data() + static_cast<std::size_t>(i) * size; }
};

class real_model {
public:
    explicit real_model(std::string model_name)
        : name(std::move(model_name)),
          folder(QUANTYPE_MODELS_DIR "/" + name),
          description(read_json(folder + "/model.json")) {
        data_folder = folder;
        if (description.contains("inputs_folder")) data_folder += "/" + description["inputs_folder"].get<std::string>();
        load_weights();
        inputs = load_samples(data_folder + "/inputs_raw.npy",
                              description["input_layout_of_files"].get<std::string>() == "NHWC");
        if (exists(data_folder + "/labels.npy")) labels = numbers(qz::load_npy(data_folder + "/labels.npy"));
    }

    /// The calibration batch, in PyTorch's order; no samples where the model comes without one.
    samples calibration() const {
        const std::string base = data_folder + "/torch_int8/calib_input_";
        if (exists(base + "f32_nchw.npy")) return load_samples(base + "f32_nchw.npy", false, false);
        if (exists(base + "u8_nchw.npy")) return load_samples(base + "u8_nchw.npy", false);
        return {};
    }
    double macs() const { return description["macs"].get<double>(); }

    std::string name;
    std::string folder;
    std::string data_folder{};
    json description;
    qz::tensor_map weights{};
    samples inputs{};
    std::vector<double> labels{};

private:
    samples load_samples(const std::string& path, bool nhwc, bool transform = true) const {
        const qz::any_tensor file = qz::load_npy(path);
        std::vector<double> values = numbers(file);
        if (nhwc) values = to_nchw(values, file.extents);
        samples s;
        s.count = file.extents[0];
        s.size = values.size() / static_cast<std::size_t>(s.count);
        s.values.reserve(values.size());
        for (const double v : values) s.values.push_back(transform ? to_float(v) : static_cast<float>(v));
        return s;
    }
    float to_float(double v) const {
        const json& t = description["input_transform"];
        if (t.is_string()) return static_cast<float>(v) / 255.0F;
        return static_cast<float>((v - t["zero_point"].get<double>()) * t["scale"].get<double>());
    }

    /// Float weights; those that ship as bytes with scale and minimum are widened first.
    void load_weights() {
        if (exists(folder + "/weights.safetensors")) {
            weights = qz::load_safetensors(folder + "/weights.safetensors");
            return;
        }
        weights = qz::load_safetensors(folder + "/weights_u8.safetensors");
        const json record = read_json(folder + "/weights_u8_dequant.json");
        for (const auto& [tensor, affine] : record["tensors"].items()) {
            qz::any_tensor& t = weights.at(tensor);
            std::vector<float> wide;
            for (const double v : numbers(t))
                wide.push_back(static_cast<float>(v * affine["scale"].get<double>() + affine["min"].get<double>()));
            t.type = qz::dtype::float32;
            t.bytes.resize(wide.size() * sizeof(float));
            std::memcpy(t.bytes.data(), wide.data(), t.bytes.size());
        }
    }
};

/// float32 values of an .npy file, or none.
inline std::vector<float> floats_of(const std::string& path) {
    if (!exists(path)) return {};
    return qz::values_of<float>(qz::load_npy(path)).data;
}

inline int largest(const float* x, std::size_t n) { return static_cast<int>(std::max_element(x, x + n) - x); }

/// What a test has done; prints the closing line.
struct tally {
    int run = 0;
    int skipped = 0;
};

}  // namespace real_models
