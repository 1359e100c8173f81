// SPDX-License-Identifier: BSL-1.0
// explain with the kernels: for every op of the model what was decided, why, and the kernel calls it became.
#pragma once
#include <string>

#include <quantype/lower/plan.hpp>
#include <quantype/report/explain.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// The steps of node `traced` of the traced graph, "permute + conv". What is fused shows at its first op, "in conv" at
/// an activation that the convolution's own clamp does; "no work" stands for an op that only looks at the same bytes in
/// another shape.
template <class Net, class Backend, class Mapping>
std::string kernels_of(int traced_node) {
    constexpr const auto& plan = stage::plan<Net, Backend, Mapping>;
    constexpr graph_view lowered = stage::lowered<Net, Backend, Mapping>.view();
    const node& n = traced<Net>::view.graph[traced_node];
    if (n.kind == node_kind::output) return "";
    const auto first_call = [&](int i) {
        return lowered[i].fusion >= 0 ? lowered.fusions[lowered[i].fusion].parts[0] : lowered[i].origin;
    };
    std::string text;
    for (int s = 0; s < plan.step_count; ++s) {
        const plan_step& step = plan.steps[s];
        const bool edge = step.kind == step_kind::quantize || step.kind == step_kind::dequantize;
        if (step.clamp_node >= 0 && first_call(step.clamp_node) == n.origin)
            return "in " + std::string(name_of(step.kind));
        if (edge || first_call(step.node) != n.origin) continue;
        text += (text.empty() ? "" : " + ") + std::string(name_of(step.kind));
        if (const int band = plan.band_of(s); band >= 0) text += " in band " + std::to_string(band + 1);
    }
    for (int v = 0; v < plan.value_count && text.empty(); ++v)
        if (plan.values[v].place == value_place::alias && first_call(plan.values[v].node) == n.origin) return "no work";
    return text;
}

/// A line for each band: rows of its output a pass, and rows that are kept of the values between its ops.
template <class Plan>
std::string bands_text(const Plan& plan) {
    std::string text;
    for (int i = 0; i < plan.band_count; ++i) {
        const plan_band& band = plan.bands[i];
        const band_link* const links = plan.links + band.first_link;
        const int rows = links[band.link_count - 1].rows;
        text += "band " + std::to_string(i + 1) + ": " + std::to_string(rows) + (rows == 1 ? " row" : " rows") +
                " at a time; between its kernels stand ";
        for (int k = 0; k + 1 < band.link_count; ++k) {
            const plan_value& v = plan.values[links[k].output];
            text += (k == 0 ? "" : ", ") + std::to_string(v.rows) + " of " + std::to_string(v.extents[2]);
        }
        text += " rows\n";
    }
    return text;
}

}  // namespace detail

/// One line for each op of the traced model: path, op, "quantized" or "float", kernel calls, and the pattern with its
/// dtype config or the reason why not. A line counts: "4 of 6 ops quantized". Then a line for each band of rows (see
/// band_policy), and one where the backend clamps codes more than PyTorch does.
template <class Net, class Backend, class Mapping>
std::string explain() {
    std::string text =
        report::explain(prepared_view_of<Net, Backend, Mapping>(), &detail::kernels_of<Net, Backend, Mapping>);
    text += detail::bands_text(stage::plan<Net, Backend, Mapping>);
    if constexpr (Backend::clamp_codes_to_qconfig)
        text += "codes are clamped to the QConfig's quant range (clamp_codes_to_qconfig of backend " +
                std::string(Backend::name()) + "); PyTorch clamps them to their dtype\n";
    return text;
}

QUANTYPE_END_NAMESPACE
