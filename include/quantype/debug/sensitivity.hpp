// SPDX-License-Identifier: BSL-1.0
// Which call costs most when it alone is quantized: the order in which to look at layers, or to keep them in float.
#pragma once
#include <algorithm>
#include <string>
#include <vector>

#include <quantype/debug/call_names.hpp>
#include <quantype/debug/similarity.hpp>
#include <quantype/run/model.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace debug {

/// The distance of the model's outputs from the float model's when nothing but this call's weight and output (for an
/// input of the model: its value) is quantized.
struct call_sensitivity {
    int call = -1;
    std::string path{};
    std::string op{};
    similarity distance{};
};

/// Ranks the calls of a model over the samples, the most harmful first. Runs the reference form in float32 once for
/// every call and sample.
template <class Net, class Backend, class Mapping, class Kernels>
std::vector<call_sensitivity> sensitivity(const calibration& prepared,
                                          const quantized_model<Net, Backend, Mapping, Kernels>& model,
                                          const std::vector<std::vector<tensor<float>>>& samples) {
    constexpr graph_view g = stage::reference<Net, Backend, Mapping>.view();
    const prepared_view& p = prepared.view();
    const report::node_names names = report::names_of(p, p.trace.graph);
    const auto call_of = [&](int node) {
        const bool computes = g[node].form == node_form::reference || g[node].op == &quantype::detail::standalone_op;
        return computes ? g[node].origin : g[first_input(g, node)].origin;
    };
    std::vector<int> calls;
    for (int i = g.first; i >= 0; i = g[i].next) {
        const bool quantizes = g[i].op->code == op_code::quantize || g[i].op->code == op_code::quantize_dynamic;
        const bool standalone = g[i].op == &quantype::detail::standalone_op;
        if (quantizes || standalone || g[i].form == node_form::reference) calls.push_back(call_of(i));
    }
    std::sort(calls.begin(), calls.end());
    calls.erase(std::unique(calls.begin(), calls.end()), calls.end());

    const auto outputs = [&](const std::vector<tensor<float>>& sample, int only) {
        const auto values = run_reference(prepared, reference_forms_of<Net, Backend, Mapping>(), model.quantized(),
                                          sample, [&](int node) { return call_of(node) == only; });
        std::vector<tensor<float>> r;
        for_each_input(g, g.last, [&](const argument& a) { r.push_back(values[static_cast<std::size_t>(a.value)]); });
        return r;
    };
    std::vector<call_sensitivity> ranking;
    for (const int call : calls)
        ranking.push_back({call, detail::path_of_call(p, names, call), detail::op_of_call(p, call), {}});
    for (const auto& sample : samples) {
        const auto truth = outputs(sample, -1);
        for (call_sensitivity& entry : ranking) {
            const auto other = outputs(sample, entry.call);
            for (std::size_t k = 0; k < truth.size(); ++k) entry.distance.add(truth[k].view(), other[k].view());
        }
    }
    std::sort(ranking.begin(), ranking.end(), [](const call_sensitivity& a, const call_sensitivity& b) {
        const double x = a.distance.sqnr(), y = b.distance.sqnr();
        return x < y || (x == y && a.call < b.call);
    });
    return ranking;
}

/// Columns: path, op, SQNR of the model's outputs in dB, their largest absolute error.
inline std::string to_text(const std::vector<call_sensitivity>& ranking) {
    std::vector<std::vector<std::string>> rows{{"quantized alone", "op", "SQNR dB", "max error"}};
    for (const call_sensitivity& s : ranking)
        rows.push_back({s.path, s.op, detail::number("%.2f", s.distance.sqnr()),
                        detail::number("%.6g", s.distance.largest_error())});
    return detail::columns(rows);
}

}  // namespace debug

QUANTYPE_END_NAMESPACE
