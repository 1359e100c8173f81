// SPDX-License-Identifier: BSL-1.0
// Runs the cases that write_cases.py made of libonnx-testdata: one model with its weights, inputs and expected outputs.
#pragma once
#include <cmath>
#include <cstdio>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <quantype/calibrate/float_runner.hpp>
#include <quantype/io/safetensors.hpp>

namespace onnx_cases {

namespace qz = quantype;

inline std::set<std::string> words(const std::string& list) {
    std::set<std::string> r;
    std::stringstream in(list);
    for (std::string word; std::getline(in, word, ',');) r.insert(word);
    return r;
}

/// A case's file; tensors by the first part of their name.
class case_file {
public:
    explicit case_file(const std::string& name)
        : path_(std::string(QUANTYPE_ONNX_CASES) + "/" + name + ".safetensors"), all_(qz::load_safetensors(path_)) {}

    qz::tensor_map part(const std::string& prefix) const {
        qz::tensor_map r;
        for (const auto& [name, value] : all_)
            if (name.starts_with(prefix)) r[name.substr(prefix.size())] = value;
        return r;
    }
    std::vector<qz::tensor<float>> list(const std::string& prefix) const {
        std::vector<qz::tensor<float>> r;
        for (std::size_t i = 0; all_.contains(prefix + std::to_string(i)); ++i)
            r.push_back(qz::get<float>(all_, prefix + std::to_string(i), path_));
        return r;
    }
    /// Scale of an output that holds codes in the file; 0 for others.
    float output_scale(std::size_t i) const {
        const std::string name = "output." + std::to_string(i) + ".scale";
        return all_.contains(name) ? qz::get<float>(all_, name, path_).data[0] : 0.0f;
    }

private:
    std::string path_;
    qz::tensor_map all_;
};

/// What a run of all cases found.
struct tally {
    int run = 0;
    int failed = 0;
    std::size_t values = 0;
    double largest = 0;  ///< difference, relative to 1 + |expected|
    std::set<std::string> passed_operators{};
    std::vector<std::string> without_kernel{};
    std::set<std::string> waiting_operators{};  ///< those of cases without a kernel
};

/// Codes are equal, floats within 1e-5 of 1 + |expected|.
inline void compare(const std::string& name, const std::string& operators, const case_file& file,
                    const std::vector<qz::tensor<float>>& have, tally& t) {
    const std::vector<qz::tensor<float>> want = file.list("output.");
    bool good = have.size() == want.size();
    for (std::size_t i = 0; good && i < want.size(); ++i) {
        good = have[i].extents == want[i].extents;
        const double scale = static_cast<double>(file.output_scale(i));
        for (std::size_t k = 0; good && k < want[i].data.size(); ++k, ++t.values) {
            const double x = static_cast<double>(have[i].data[k]), y = static_cast<double>(want[i].data[k]);
            const double difference = std::fabs(x - y) / (1 + std::fabs(y));
            good = scale > 0 ? std::lround(x / scale) == std::lround(y / scale) : difference <= 1e-5;
            if (!good) std::printf("onnx %s: output %zu, value %zu is %g, not %g\n", name.c_str(), i, k, x, y);
            t.largest = std::fmax(t.largest, difference);
        }
    }
    ++t.run;
    if (!good) {
        std::printf("FAILED onnx %s\n", name.c_str());
        ++t.failed;
        return;
    }
    for (const std::string& op : words(operators)) t.passed_operators.insert(op);
}

/// A case without quantization: the traced graph in float32. A node without a float form is a reason not to run.
inline void run_float(const std::string& name, const std::string& operators, const qz::trace_view& model, tally& t) {
    const qz::graph_view& g = model.graph;
    for (int i = g.first; i >= 0; i = g[i].next) {
        const qz::op_code code = model.calls[g[i].origin].attrs().code;
        const bool is_call = code != qz::op_code::input && g[i].op->code != qz::op_code::output;
        if (is_call && !qz::kernel::float32::has_float_form(code)) {
            t.without_kernel.push_back(name + ": " + std::string(g[i].op->name));
            t.waiting_operators.merge(words(operators));
            return;
        }
    }
    const case_file file(name);
    const qz::model_parameters parameters = qz::model_parameters::bind(model, file.part("weight."), name);
    const auto values = qz::float_runner(model, g, parameters).run(file.list("input."));
    std::vector<qz::tensor<float>> outputs;
    qz::for_each_input(g, g.last,
                       [&](const qz::argument& a) { outputs.push_back(values[static_cast<std::size_t>(a.value)]); });
    compare(name, operators, file, outputs, t);
}

}  // namespace onnx_cases
