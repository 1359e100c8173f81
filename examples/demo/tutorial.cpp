// SPDX-License-Identifier: BSL-1.0
// Parts (a) and (b): the tutorial, and its two experiments with keep_float.
#include "tutorial.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <quantype/desk.hpp>
#include <quantype/qconfig/default_mappings.hpp>
#include <quantype/report/warnings.hpp>
#include <quantype/run/print.hpp>
#include <string>
#include <vector>

#include "console.hpp"
#include "parts.hpp"
#include "random_tensors.hpp"

namespace demo {

namespace {

namespace qz = quantype;
using tutorial::conv_bn_relu_model;
using tutorial::conv_relu_model;
using tutorial::my_backend;
using tutorial::my_mapping;

constexpr float weight_bound = 0.31622777f;  // 1 / sqrt(10), PyTorch's initial range of linear(10, 3)
constexpr float conv_bound = 0.19245009f;    // 1 / sqrt(27), that of conv2d(3, 3, 3)

qz::tensor_map random_weights(bool with_batch_norm) {
    random_tensors random(2022);
    qz::tensor_map w;
    random.add(w, "linear.weight", qz::shape(3, 10), -weight_bound, weight_bound);
    random.add(w, "linear.bias", qz::shape(3), -weight_bound, weight_bound);
    random.add(w, "conv.weight", qz::shape(3, 3, 3, 3), -conv_bound, conv_bound);
    random.add(w, "conv.bias", qz::shape(3), -conv_bound, conv_bound);
    if (!with_batch_norm) return w;
    random.add(w, "bn.weight", qz::shape(3), 0.5f, 1.5f);
    random.add(w, "bn.bias", qz::shape(3), -0.5f, 0.5f);
    random.add(w, "bn.running_mean", qz::shape(3), -0.1f, 0.1f);
    random.add(w, "bn.running_var", qz::shape(3), 0.05f, 0.1f);
    return w;
}

qz::tensor<float> random_input() { return random_tensors(7).uniform(qz::shape(1, 3, 10, 10), 0, 1); }

float largest_difference(const qz::tensor<float>& a, const qz::tensor<float>& b) {
    float d = 0;
    for (std::size_t i = 0; i < a.data.size(); ++i) d = std::max(d, std::abs(a.data[i] - b.data[i]));
    return d;
}

template <class Net, class Mapping>
void explain() {
    show(qz::explain<Net, my_backend, Mapping>());
}

/// PyTorch's warnings, each once, without the QConfig that they print in full.
void warn(const std::vector<std::string>& warnings) {
    std::map<std::string, int> counts;
    for (const std::string& w : warnings) ++counts[w.substr(0, w.find("QConfig(")) + "QConfig(...)"];
    for (const auto& [text, count] : counts)
        say("Warning, as PyTorch words it (" + std::to_string(count) + (count == 1 ? " time): " : " times): ") + text);
}

/// Prepares, calibrates with one input, converts, runs; prints both models. True if int8 follows float to `tolerance`.
template <class Net, class Mapping, class Policy>
bool quantize_and_run(const std::string& name, const qz::tensor_map& weights, float tolerance) {
    auto prepared = qz::prepare<Net, my_backend, Mapping, Policy>(weights);
    const auto x = random_input();
    const auto expected = prepared(x);
    section(name + "prepared, after one random input");
    show(to_string(prepared));
    warn(qz::report::predicted_warnings(prepared.view()));

    const auto model = qz::convert(prepared);
    section(name + "converted");
    show(to_string(model));

    const float d = largest_difference(model(x)[0], expected[0]);
    char text[160];
    std::snprintf(text, sizeof text, "Run on that input: largest difference of float and %s output: %g (allowed: %g)",
                  tolerance > 0 ? "int8" : "converted", static_cast<double>(d), static_cast<double>(tolerance));
    say(text);
    return d <= tolerance;
}

}  // namespace

bool backend_tutorial() {
    heading("(a) PyTorch's BackendConfig tutorial: a backend of one's own");
    say("The backend (examples/demo/tutorial.hpp) has int8 kernels for linear and for conv and relu in one: quint8 "
        "activations in 0..255 with a scale of at least 2^-12, qint8 weights. The model is linear, conv, relu, "
        "sigmoid. Both are types, so the compiler has checked that they fit. Weights are random.");
    const bool ok = quantize_and_run<conv_relu_model, my_mapping, qz::strict>("", random_weights(false), 0.01f);
    section("what was decided for each op, and why");
    explain<conv_relu_model, my_mapping>();
    return ok;
}

bool experiments() {
    heading("(b) the two experiments with keep_float: what does not fit stays float, as in PyTorch");
    section("experiment 1: the backend has no pattern for conv, batch norm, relu");
    explain<conv_bn_relu_model, my_mapping>();
    bool ok =
        quantize_and_run<conv_bn_relu_model, my_mapping, qz::keep_float>("experiment 1, ", random_weights(true), 0.02f);

    section("experiment 2: PyTorch's default mapping, whose observers allow smaller scales than the backend");
    explain<conv_relu_model, qz::default_x86_mapping>();
    ok = quantize_and_run<conv_relu_model, qz::default_x86_mapping, qz::keep_float>("experiment 2, ",
                                                                                    random_weights(false), 0) &&
         ok;
    say("Nothing is quantized, and conv and relu are fused all the same: so does PyTorch.");
    return ok;
}

}  // namespace demo
