// SPDX-License-Identifier: BSL-1.0
// The kernel that each op of a model runs in, read from the plan: the "kernel" column of explain.
#pragma once
#include <quantype/run/execute.hpp>
#include <string>

namespace demo {

constexpr const char* name_of(quantype::step_kind k) {
    constexpr const char* names[] = {"quantize",   "dequantize",
                                     "permute",    "conv2d",
                                     "linear",     "linear_dynamic",
                                     "add",        "mul",
                                     "add_scalar", "mul_scalar",
                                     "matmul",     "cat",
                                     "clamp",      "lookup",
                                     "softmax",    "max_pool",
                                     "avg_pool",   "adaptive_avg_pool",
                                     "batch_norm", "copy",
                                     "float32",    "quantize + dequantize"};
    return names[static_cast<int>(k)];
}

/// The steps of node `traced` of the traced graph, "permute + conv2d". What is fused shows at its first op; "no work"
/// stands for an op that only looks at the same bytes in another shape.
template <class Net, class Backend, class Mapping>
std::string kernel_of(int traced) {
    namespace qz = quantype;
    constexpr const auto& plan = qz::stage::plan<Net, Backend, Mapping>;
    constexpr qz::graph_view lowered = qz::stage::lowered<Net, Backend, Mapping>.view();
    const qz::node& n = qz::traced<Net>::view.graph[traced];
    if (n.kind == qz::node_kind::output) return "";
    const auto first_call = [&](int node) {
        const qz::node& at = lowered[node];
        return at.fusion >= 0 ? lowered.fusions[at.fusion].parts[0] : static_cast<int>(at.origin);
    };
    std::string text;
    for (int s = 0; s < plan.step_count; ++s) {
        const qz::plan_step& step = plan.steps[s];
        const bool edge = step.kind == qz::step_kind::quantize || step.kind == qz::step_kind::dequantize;
        if (edge || first_call(step.node) != n.origin) continue;
        text += (text.empty() ? "" : " + ") + std::string(name_of(step.kind));
    }
    for (int v = 0; v < plan.value_count && text.empty(); ++v)
        if (plan.values[v].place == qz::value_place::alias && first_call(plan.values[v].node) == n.origin)
            return "no work";
    return text;
}

}  // namespace demo
