// SPDX-License-Identifier: BSL-1.0
// PyTorch's numeric suite: call by call, how far the int8 model is from the float model and from its reference form.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include <quantype/debug/call_names.hpp>
#include <quantype/debug/node_values.hpp>
#include <quantype/debug/similarity.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace debug {

/// The distance at one call, over all samples.
struct call_distance {
    int call = -1;       ///< index into the trace's calls
    std::string path{};  ///< PyTorch's module path, or the function's name in its module
    std::string op{};
    similarity distance{};
};

/// Feeds samples to the forms of one model and adds up the distances.
///   numeric_suite suite(prepared, model);  suite(sample);  std::cout << to_text(suite.against_float());
template <class Net, class Backend, class Mapping, class Kernels = scalar_kernels>
class numeric_suite {
public:
    /// Both must outlive the suite; `model` is what `convert(prepared)` gave, with a second mapping or without.
    numeric_suite(const calibration& prepared, const quantized_model<Net, Backend, Mapping, Kernels>& model)
        : prepared_(prepared), model_(model) {}

    /// One sample: inputs of the model's own shapes.
    void operator()(const std::vector<tensor<float>>& inputs) {
        const call_values quantized = int8_values(model_, inputs);
        add(against_float_, float_values(prepared_, inputs), quantized);
        add(against_reference_, reference_values(prepared_, model_, inputs), quantized);
    }
    template <class... More>
    void operator()(const tensor<float>& first, const More&... more) {
        operator()(std::vector<tensor<float>>{first, more...});
    }

    /// The int8 model (dequantized) against the float model: what quantization costs.
    std::vector<call_distance> against_float() const { return named(against_float_); }
    /// The int8 model against the reference form: what the integer arithmetic of the kernels adds.
    std::vector<call_distance> against_reference() const { return named(against_reference_); }

private:
    using distances = std::map<int, similarity>;

    static void add(distances& to, const call_values& truth, const call_values& other) {
        for (const auto& [call, value] : other) {
            const auto at = truth.find(call);
            if (at != truth.end() && at->second.extents == value.extents) to[call].add(at->second.view(), value.view());
        }
    }
    std::vector<call_distance> named(const distances& d) const {
        const prepared_view& p = prepared_.view();
        const report::node_names names = report::names_of(p, p.trace.graph);
        std::vector<call_distance> r;
        for (const auto& [call, distance] : d)
            r.push_back({call, detail::path_of_call(p, names, call), detail::op_of_call(p, call), distance});
        return r;
    }

    const calibration& prepared_;
    const quantized_model<Net, Backend, Mapping, Kernels>& model_;
    distances against_float_{};
    distances against_reference_{};
};

/// Columns: path, op, SQNR in dB, cosine, largest absolute error.
inline std::string to_text(const std::vector<call_distance>& distances) {
    std::vector<std::vector<std::string>> rows{{"call", "op", "SQNR dB", "cosine", "max error"}};
    for (const call_distance& d : distances)
        rows.push_back({d.path, d.op, detail::number("%.2f", d.distance.sqnr()),
                        detail::number("%.6f", d.distance.cosine()),
                        detail::number("%.6g", d.distance.largest_error())});
    return detail::columns(rows);
}

}  // namespace debug

QUANTYPE_END_NAMESPACE
