// SPDX-License-Identifier: BSL-1.0
// Part (d): a trained CNN, quantized with the built-in qnnpack backend and default mapping, on its whole test split.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <quantype/desk.hpp>
#include <quantype/run/explain.hpp>
#include <string>
#include <vector>

#include "compile.hpp"
#include "console.hpp"
#include "digits_net.hpp"
#include "kernel_set.hpp"
#include "parts.hpp"

namespace demo {

namespace {

namespace qz = quantype;
using digits::backend;
using digits::mapping;
using digits::net;

const std::string folder = QUANTYPE_EXAMPLE_DIR "/data/";

using int8_model = qz::quantized_model<net, backend, mapping, kernel_set>;
static_assert(int8_model::arena_bytes <= 4096,
              "the plan of the arena is a constant: a bound is checked when compiling");

/// Images of one .npy file as float inputs of the net, pixel / 16.
struct image_set {
    std::vector<qz::tensor<float>> images{};
    explicit image_set(const std::string& name) {
        const auto pixels = qz::get<std::uint8_t>({{name, qz::load_npy(folder + name)}}, name, folder + name);
        const int size = 8 * 8;
        images.assign(static_cast<std::size_t>(pixels.extents[0]), qz::tensor<float>(qz::shape(1, 1, 8, 8)));
        for (std::size_t i = 0; i < pixels.data.size(); ++i)
            images[i / size].data[i % size] = static_cast<float>(pixels.data[i]) / 16;
    }
    int count() const { return static_cast<int>(images.size()); }
};

int best_of(const std::vector<float>& logits) {
    return static_cast<int>(std::max_element(logits.begin(), logits.end()) - logits.begin());
}

/// Predictions of all images by `model`, a function from tensor to logits.
template <class Model>
std::vector<int> predict(const char* what, const image_set& set, const Model& model) {
    std::vector<int> r;
    progress shown(what, set.count());
    for (const auto& x : set.images) {
        r.push_back(best_of(model(x)));
        shown.at(static_cast<int>(r.size()));
    }
    return r;
}

int count_equal(const std::vector<int>& a, const std::vector<int>& b) {
    int n = 0;
    for (std::size_t i = 0; i < a.size(); ++i) n += a[i] == b[i] ? 1 : 0;
    return n;
}

/// Microseconds an image: median of `passes` passes over the set, from float input to float logits.
double microseconds_per_image(const int8_model& model, const image_set& set, int passes) {
    alignas(qz::arena_alignment) static std::byte arena[int8_model::arena_bytes];
    float logits[10];
    float* const out[] = {logits};
    std::vector<double> times;
    progress shown("timing, passes", passes);
    for (int pass = 0; pass < passes; ++pass) {
        const auto begin = std::chrono::steady_clock::now();
        for (const auto& x : set.images) {
            const float* const in[] = {x.data.data()};
            model.run(in, out, arena);
        }
        const std::chrono::duration<double, std::micro> time = std::chrono::steady_clock::now() - begin;
        times.push_back(time.count() / set.count());
        shown.at(pass + 1);
    }
    std::nth_element(times.begin(), times.begin() + passes / 2, times.end());
    return times[static_cast<std::size_t>(passes / 2)];
}

std::string row(const char* what, int right, int of, int recorded) {
    char text[160];
    std::snprintf(text, sizeof text, "%-16s %4d of %d = %s      %4d of %d = %s\n", what, right, of,
                  percent(static_cast<double>(right) / of).c_str(), recorded, of,
                  percent(static_cast<double>(recorded) / of).c_str());
    return text;
}

}  // namespace

bool digits() {
    heading("(d) a trained network: digits of 8 x 8 pixels, conv-bn-relu, a residual, a depthwise convolution");
    const auto recorded = nlohmann::json::parse(std::ifstream(folder + "digits.json"));
    const qz::tensor_map weights = qz::load_safetensors(folder + "digits.safetensors");
    const image_set calibration("calibration_images.npy"), test("test_images.npy");
    const auto labels8 =
        qz::get<std::uint8_t>({{"labels", qz::load_npy(folder + "test_labels.npy")}}, "labels", folder);
    const std::vector<int> labels(labels8.data.begin(), labels8.data.end());

    auto prepared = qz::prepare<net, backend, mapping>(weights, folder + "digits.safetensors");
    {
        progress shown("calibrating, images", calibration.count());
        for (int i = 0; i < calibration.count(); ++i) {
            prepared(calibration.images[static_cast<std::size_t>(i)]);
            shown.at(i + 1);
        }
    }
    const auto converted = qz::convert(prepared);
    const int8_model model = converted.with<kernel_set>();
    section("what was decided for each op, and why");
    show(qz::explain<net, backend, mapping>());

    qz::float_runner runner(prepared.view().trace, prepared.view().trace.graph, prepared.parameters());
    const auto output = qz::first_input(prepared.view().trace.graph, prepared.view().trace.graph.last);
    const auto by_float = predict("float32, images", test, [&](const qz::tensor<float>& x) {
        return runner.run({x})[static_cast<std::size_t>(output)].data;
    });
    const auto by_int8 = predict("int8, images", test, [&](const qz::tensor<float>& x) { return model(x)[0].data; });

    section("accuracy on the whole test split, calibrated on 128 training images");
    const int right_float = count_equal(by_float, labels), right_int8 = count_equal(by_int8, labels);
    show("                 here                       PyTorch 1.13 (digits.json)\n" +
         row("float32", right_float, test.count(), recorded["float32"]["correct"]) +
         row("int8", right_int8, test.count(), recorded["pytorch_int8"]["correct"]));
    say("float32 and int8 agree on " + std::to_string(count_equal(by_float, by_int8)) + " of " +
        std::to_string(test.count()) + " images.");

    section("size and time");
    std::size_t float_bytes = 0;
    for (const auto& [name, t] : weights) float_bytes += t.bytes.size();
    char text[700];
    const compilation check = compile("examples/demo/strict/digits.cpp");
    std::snprintf(text, sizeof text,
                  "weights, float32       %s bytes (the file's tensors)\n"
                  "weights, int8, packed  %s bytes (codes, and bias and multiplier of each channel)\n"
                  "arena                  %s bytes (a constant of the type: int8_model::arena_bytes)\n"
                  "time per image         %.1f us (this machine, %s kernels, one thread, median of 9 passes)\n"
                  "compile-time check     %.1f s (%s)\n",
                  with_commas(static_cast<long long>(float_bytes)).c_str(),
                  with_commas(static_cast<long long>(converted.packed().weight_bytes)).c_str(),
                  with_commas(int8_model::arena_bytes).c_str(), microseconds_per_image(model, test, 9),
                  kernel_set::name, check.seconds, check.command.c_str());
    show(text);

    const bool ok = right_int8 >= right_float - test.count() / 100 && check.status == 0;
    if (check.status != 0) say("The compile-time check failed: " + check.output);
    if (right_int8 < right_float - test.count() / 100) say("int8 accuracy is more than 1 % below float32.");
    return ok;
}

}  // namespace demo
