// SPDX-License-Identifier: BSL-1.0
// Every op that runs in float32 against PyTorch: the models of float_ops.py, calibrated and, with nothing quantized,
// converted. record_float_ops.py writes what is included here, and what each output is held to: PyTorch's bits where an
// op picks, moves or rounds once; else 1e-5 of the largest value.
#include <cmath>
#include <cstdio>
#include <fstream>
#include <string>

#include <nlohmann/json.hpp>

#include <quantype/backend/qnnpack.hpp>
#include <quantype/desk.hpp>

#include "float_ops.hpp"

namespace {

namespace qz = quantype;
using outputs = std::vector<qz::tensor<float>>;

constexpr double limit = 1e-5;

struct nothing_quantized {
    static constexpr auto value = qz::qconfig_mapping();
};

struct totals {
    std::size_t outputs = 0, values = 0, exact = 0, differing = 0, failed = 0;
    double worst = 0;
};

/// The largest difference, of the largest value; infinite where one of the two is not a number.
double difference(const qz::tensor<float>& y, const qz::tensor<float>& want, std::size_t& differing) {
    double largest = 0, most = 0;
    for (std::size_t k = 0; k < want.data.size(); ++k) {
        const double w = static_cast<double>(want.data[k]), d = std::fabs(static_cast<double>(y.data[k]) - w);
        largest = std::fmax(largest, std::fabs(w));
        most = std::isnan(d) ? HUGE_VAL : std::fmax(most, d);
        differing += std::isnan(d) || d > 0;
    }
    return most > 0 && largest > 0 ? most / largest : most;
}

void compare(const outputs& y, const qz::tensor_map& expected, const nlohmann::json& cases, const std::string& what,
             totals& t) {
    if (y.size() != cases.size()) qz::raise(what + ": another number of outputs than PyTorch's");
    for (std::size_t i = 0; i < y.size(); ++i) {
        const auto want = qz::get<float>(expected, "output." + std::to_string(i));
        const bool exact = cases[i].at("exact").get<bool>();
        const bool same_shape = want.extents == y[i].extents;
        std::size_t differing = 0;
        const double d = same_shape ? difference(y[i], want, differing) : HUGE_VAL;
        if (!same_shape || d > limit || (exact && differing > 0)) {
            ++t.failed;
            std::printf("FAILED %s, output %zu (%s): %s, %zu of %zu values differ, by %.2g of the largest\n",
                        what.c_str(), i, cases[i].at("ops").get<std::string>().c_str(),
                        same_shape ? (exact ? "exact" : "within 1e-5") : "other shapes", differing, want.data.size(),
                        d);
        }
        ++t.outputs;
        t.values += want.data.size();
        (exact ? t.exact : t.differing) += exact ? want.data.size() : differing;
        t.worst = std::fmax(t.worst, d);
    }
}

std::vector<qz::tensor<float>> inputs_of(const qz::tensor_map& expected) {
    std::vector<qz::tensor<float>> inputs;
    for (int i = 0; i < 2; ++i) {
        const std::string name = "input." + std::to_string(i);
        const bool indices = expected.at(name).type == qz::dtype::int64;
        inputs.push_back(indices ? qz::as_float(qz::get<std::int64_t>(expected, name))
                                 : qz::get<float>(expected, name));
    }
    return inputs;
}

/// The float run of calibration, and the program of a model in which nothing is quantized.
template <class Net>
void run(const std::string& folder, const std::string& name, const nlohmann::json& report, totals (&t)[2]) {
    const auto expected = qz::load_safetensors(folder + "/" + name + "_expected.safetensors");
    const auto inputs = inputs_of(expected);
    auto prepared = qz::prepare<Net, qz::backends::qnnpack, nothing_quantized, qz::keep_float>(
        qz::load_safetensors(folder + "/" + name + ".safetensors"));
    const nlohmann::json& cases = report.at("models").at(name);
    compare(prepared(inputs), expected, cases, name + " (calibration)", t[0]);
    const auto converted = qz::convert(prepared);
    compare(converted(inputs), expected, cases, name + " (program)", t[1]);
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 2) return 2;
    const std::string folder = arguments[1];
    std::ifstream in(folder + "/cases.json");
    const nlohmann::json report = nlohmann::json::parse(in);
    totals t[2];
#define QUANTYPE_RUN(NAME) run<exported::NAME>(folder, #NAME, report, t);
    FLOAT_OPS_MODELS(QUANTYPE_RUN)
    const char* kinds[] = {"calibration", "program"};
    for (int i = 0; i < 2; ++i)
        std::printf(
            "export float_ops, %s: %zu ops in %zu cases, %zu values; %zu must be exact, of the others %zu differ, by "
            "at "
            "most %.2g of the largest; %zu cases failed\n",
            kinds[i], report.at("ops").get<std::size_t>(), t[i].outputs, t[i].values, t[i].exact, t[i].differing,
            t[i].worst, t[i].failed);
    for (const auto& [op, why] : report.at("left").items())
        std::printf("  not covered: %s (%s)\n", op.c_str(), why.get<std::string>().c_str());
    return t[0].outputs > 0 && t[0].failed + t[1].failed == 0 ? 0 : 1;
}
