// SPDX-License-Identifier: BSL-1.0
// Models with recurrent layers and tables, as PyTorch quantized them, against what PyTorch computes. A folder of
// tests/export/record_sequences.py holds, for each model and mode, weights, quantized numbers, inputs and outputs.
#pragma once
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include <quantype/backend/qnnpack.hpp>
#include <quantype/desk.hpp>
#include <quantype/qconfig/default_mappings.hpp>
#include <quantype/run/torch_parameters.hpp>

namespace sequences {

namespace qz = quantype;
namespace nn = qz::nn;
using backend = qz::backends::qnnpack;

struct dynamic {
    static constexpr auto value = qz::qconfig_mapping().set_global(qz::default_dynamic_qconfig);
};
struct static_fc {
    static constexpr auto value =
        qz::default_qnnpack_mapping::value.set_object_type<nn::lstm<>>(qz::default_dynamic_qconfig);
};
struct weight_only {
    static constexpr auto value = qz::qconfig_mapping()
                                      .set_global(qz::default_dynamic_qconfig)
                                      .set_object_type<nn::embedding<>>(qz::float_qparams_weight_only_qconfig)
                                      .set_object_type<nn::embedding_bag<>>(qz::float_qparams_weight_only_qconfig_4bit);
};
struct gru_alone {
    static constexpr auto value = qz::qconfig_mapping().set_object_type<nn::gru<>>(qz::default_dynamic_qconfig);
};
struct half {
    static constexpr auto value = qz::qconfig_mapping().set_global(qz::float16_dynamic_qconfig);
};
struct static_half {
    static constexpr auto value = qz::qconfig_mapping().set_global(qz::float16_static_qconfig);
};
struct nothing {
    static constexpr auto value = qz::qconfig_mapping();
};

/// The largest difference that a code on a border makes, of the largest value: a hidden state that differs in its last
/// bit is now and then rounded to another code, and the state after it differs by a step.
inline constexpr double border = 0.02;

/// Runs the samples of a file and prints a line. True when each sample's values are within `limit` of the largest, but
/// for one in ten, in which a code lay on a border.
template <class Model>
bool compare(const Model& model, const qz::tensor_map& expected, const std::string& what, double limit) {
    std::size_t values = 0, differing = 0;
    double worst = 0, worst_of_all = 0;
    int samples = 0, on_border = 0;
    for (; expected.contains(std::to_string(samples) + ".input.0"); ++samples) {
        const std::string sample = std::to_string(samples);
        std::vector<qz::tensor<float>> inputs;
        for (int i = 0; i < Model::input_count; ++i) {
            const std::string name = sample + ".input." + std::to_string(i);
            inputs.push_back(expected.at(name).type == qz::dtype::int64
                                 ? qz::as_float(qz::get<std::int64_t>(expected, name))
                                 : qz::get<float>(expected, name));
        }
        const auto outputs = model(inputs);
        double of_sample = 0;
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            const auto want = qz::get<float>(expected, sample + ".output." + std::to_string(i));
            if (want.extents != outputs[i].extents) return std::printf("%s: other shapes\n", what.c_str()), false;
            double largest = 0, difference = 0;
            for (std::size_t k = 0; k < want.data.size(); ++k, ++values) {
                differing += want.data[k] != outputs[i].data[k];
                largest = std::fmax(largest, std::fabs(static_cast<double>(want.data[k])));
                difference = std::fmax(
                    difference, std::fabs(static_cast<double>(want.data[k]) - static_cast<double>(outputs[i].data[k])));
            }
            of_sample = std::fmax(of_sample, largest > 0 ? difference / largest : difference > 0 ? 1.0 : 0.0);
        }
        worst_of_all = std::fmax(worst_of_all, of_sample);
        if (of_sample > limit)
            ++on_border;
        else
            worst = std::fmax(worst, of_sample);
    }
    std::printf("sequences %s: %d samples, %zu values, %zu differ, by at most %.2g of the largest", what.c_str(),
                samples, values, differing, worst);
    if (on_border > 0) std::printf(" (%d with a code on a border, %.2g)", on_border, worst_of_all);
    std::printf("\n");
    return values > 0 && worst_of_all <= border && 10 * on_border <= samples;
}

inline qz::tensor_map read(const std::string& folder, const char* mode, const char* name, const char* part) {
    return qz::load_safetensors(folder + "/" + mode + "/" + name + part + ".safetensors");
}

/// With the codes that PyTorch's prepared model holds.
template <class Net, class Mapping>
bool check_exported(const std::string& folder, const char* mode, const char* name, double limit = 1e-5) {
    const auto numbers = qz::torch_parameters<Net, backend, Mapping>(read(folder, mode, name, "_quantized"));
    const auto model = qz::convert_from<Net, backend, Mapping, qz::keep_float>(read(folder, mode, name, ""), numbers);
    return compare(model, read(folder, mode, name, "_expected"), std::string(name) + " " + mode, limit);
}

/// With codes of our own conversion, or none: float and float16.
template <class Net, class Mapping, class Backend = backend>
bool check_converted(const std::string& folder, const char* mode, const char* name, double limit = 1e-5) {
    const auto prepared = qz::prepare<Net, Backend, Mapping, qz::keep_float>(read(folder, mode, name, ""));
    return compare(qz::convert(prepared), read(folder, mode, name, "_expected"), std::string(name) + " " + mode, limit);
}

}  // namespace sequences
