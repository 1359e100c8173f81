// SPDX-License-Identifier: BSL-1.0
// Packs ops that stay in float32: pointers to their parameters.
#pragma once
#include <quantype/pack/pack_writer.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// Parameters of a user's own module: four pointers at most.
inline const float** own_parameters(pack_writer& w, int module) {
    auto** pointers = w.model.store<const float*>(4);
    const int count = w.prepared.trace.modules[module].parameter_count;
    for (int j = 0; j < 4; ++j) pointers[j] = j < count ? w.model.store(w.parameters.of(module, j).data) : nullptr;
    return pointers;
}

/// What float steps read as values: the model's parameters, and those of them that conversion rounds.
inline void pack_constants(pack_writer& w) {
    const int count = w.prepared.trace.parameter_count;
    w.model.constants.resize(static_cast<std::size_t>(2 * count));
    for (int k = 0; k < count; ++k) w.model.constants[static_cast<std::size_t>(k)] = w.parameters.value(k).data.data();
    for (int i = 0; i < w.plan.step_count; ++i)
        for (int k = 0; k < w.plan.steps[i].input_count; ++k) {
            const plan_value& v = w.in(w.plan.steps[i], k);
            if (v.place != value_place::constant || v.offset < count) continue;
            const float*& at = w.model.constants[static_cast<std::size_t>(v.offset)];
            if (at != nullptr) continue;
            const auto codes = w.quantized.weights.find(v.node);
            const tensor<float>& parameter = w.parameters.value(v.offset - count);
            at = w.model.store(codes != w.quantized.weights.end()
                                   ? dequantize_weight(codes->second).weight
                                   : rounded_to_half({parameter.extents, parameter.data, {}}).weight);
        }
}

/// Four pointers for every part of the (possibly fused) op; weights of linear and conv after folding.
inline void pack_float(pack_writer& w, const plan_step& s, step_data& d) {
    if (w.graph[s.node].op->evaluate != nullptr) {
        if (w.graph[s.node].module >= 0) d.table = static_cast<const void*>(own_parameters(w, w.graph[s.node].module));
        return;
    }
    const node& n = w.graph[s.node];
    const int parts = n.fusion < 0 ? 1 : w.graph.fusions[n.fusion].count;
    auto** pointers = w.model.store<const float*>(static_cast<std::size_t>(4 * parts));
    for (int k = 0; k < parts; ++k) {
        const int call = n.fusion < 0 ? n.origin : w.graph.fusions[n.fusion].parts[k];
        const op_code code = w.prepared.trace.calls[call].attrs().code;
        for (int j = 0; j < 4; ++j) pointers[4 * k + j] = nullptr;
        const int module = w.prepared.trace.graph[traced_node(w.prepared.trace, call)].module;
        if (n.kind == node_kind::call_module && is_weighted(code)) {
            const auto quantized = w.quantized.weights.find(s.node);
            const layer_weights weights = n.form == node_form::reference && quantized != w.quantized.weights.end()
                                              ? dequantize_weight(quantized->second)
                                              : weights_of(w.prepared.trace, w.graph, s.node, w.parameters);
            pointers[4 * k] = w.model.store(weights.weight);
            if (!weights.bias.empty()) pointers[4 * k + 1] = w.model.store(weights.bias);
        } else if (has_parameters(code) && module >= 0) {
            for (int j = 0; j < w.prepared.trace.modules[module].parameter_count; ++j)
                pointers[4 * k + j] = w.model.store(w.parameters.of(module, j).data);
        }
    }
    d.table = static_cast<const void*>(pointers);
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
