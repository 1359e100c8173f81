// SPDX-License-Identifier: BSL-1.0
// The numbers of a converted model: scale and zero point of every observed value, codes and scales of every weight.
// Takes: a calibration. Gives: quantized_parameters. Refuses: observers that saw nothing, ranges that are not finite,
// scales that underflow, by name. Next: lower.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <quantype/calibrate/calibration.hpp>
#include <quantype/convert/reference_graph.hpp>
#include <quantype/core/value_qparams.hpp>
#include <quantype/numerics/affine.hpp>
#include <quantype/numerics/choose_qparams.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// A quantized weight with its float bias. Codes in PyTorch's layout; one scale and zero point per tensor, or one for
/// each output channel.
struct quantized_weight {
    shape extents{};
    std::vector<std::int8_t> codes{};
    std::vector<float> scale{};
    std::vector<std::int32_t> zero_point{};
    std::vector<float> bias{};  ///< empty: none

    bool per_channel() const { return scale.size() > 1; }
    float scale_of(int channel) const { return per_channel() ? scale[static_cast<std::size_t>(channel)] : scale[0]; }
    std::int32_t zero_point_of(int channel) const {
        return per_channel() ? zero_point[static_cast<std::size_t>(channel)] : zero_point[0];
    }
};

/// Everything that a lowered model needs beside its types.
struct quantized_parameters {
    std::vector<value_qparams> values{};        ///< by observer slot
    std::map<int, quantized_weight> weights{};  ///< by node: weighted module calls, and get_attr of functional weights
    /// By node: a bias that is given in units of the accumulator (TFLite models), in place of the weight's float bias.
    std::map<int, std::vector<std::int32_t>> integer_bias{};
    std::vector<value_qparams> inputs{};  ///< of the model's inputs that are codes, in their order
};

namespace detail {

/// Quantizes a weight with its observer, which sees it once (in training with batch norms, the folded weight). `s`:
/// what the observer saw before.
inline quantized_weight quantize_weight(const layer_weights& w, const observer_config& o, const std::string& name,
                                        fake_quantize_state s = {}) {
    const tensor_view<const float> view{w.weight.data(), w.extents};
    require_finite(view, name);
    if (s.observer_enabled) observe(o, s.observer, view);
    const qparams q = require_qparams(o, s.observer, name);
    quantized_weight r;
    r.extents = w.extents;
    r.scale = q.scale;
    r.zero_point = q.zero_point;
    r.bias = w.bias;
    r.codes.resize(w.weight.size());
    if (q.axis > 0)
        raise(name + ": weights per channel along axis " + std::to_string(q.axis) + " have no kernel; use axis 0");
    const std::size_t per = r.codes.size() / (q.scale.size() > 1 ? q.scale.size() : 1);
    for (std::size_t i = 0; i < r.codes.size(); ++i) {
        const std::size_t c = q.scale.size() > 1 ? i / per : 0;
        r.codes[i] = static_cast<std::int8_t>(
            quantize(w.weight[i], inverse_of(static_cast<double>(q.scale[c])), q.zero_point[c], codes_of(q.dtype)));
    }
    return r;
}

/// The weight back in float, for the reference form.
inline layer_weights dequantize_weight(const quantized_weight& q) {
    layer_weights w{q.extents, std::vector<float>(q.codes.size()), q.bias};
    const std::size_t per = q.codes.size() / q.scale.size();
    for (std::size_t i = 0; i < q.codes.size(); ++i)
        w.weight[i] = dequantize(q.codes[i], q.scale[i / per], q.zero_point[i / per]);
    return w;
}

}  // namespace detail

/// Chooses scale and zero point of every observer and quantizes the weights.
inline quantized_parameters convert_parameters(const calibration& c, const graph_view& reference) {
    const prepared_view& p = c.view();
    quantized_parameters r;
    r.values.resize(static_cast<std::size_t>(p.observer_count));
    for (int i = p.graph.first; i >= 0; i = p.graph[i].next) {
        const int slot = p.graph[i].observer;
        if (slot < 0) continue;
        const observer_config& o = p.observer(slot);
        if (!is_quantized(o.args.dtype) || o.args.is_dynamic) continue;
        const int source = first_input(p.graph, i);
        if (p.graph[source].kind == node_kind::get_attr) {  // a functional op's weight
            const tensor<float>& w = c.parameters().of(p.graph[source].module, 0);
            fake_quantize_state seen;
            if (o.fake != nullptr) seen = c.fake_quantize_at(slot);  // a trained range, which is not observed again
            seen.observer_enabled = !seen.observer.observed();
            r.weights[source] = detail::quantize_weight({w.extents, w.data, {}}, o, c.name_of(slot), seen);
            continue;
        }
        const qparams q = require_qparams(o, c.state(slot), c.name_of(slot));
        r.values[static_cast<std::size_t>(slot)] = {q.scale[0], q.zero_point[0]};
    }
    for (int i = reference.first; i >= 0; i = reference[i].next) {
        if (reference[i].form != node_form::reference) continue;
        const std::string name = "weight of " + std::string(p.trace.path_of(reference[i]));
        const auto trained = c.layers().weights().find(i);
        r.weights[i] = detail::quantize_weight(
            detail::weights_of(p.trace, reference, i, c.parameters()), p.config_of(i)->weight, name,
            trained == c.layers().weights().end() ? fake_quantize_state{} : trained->second);
    }
    return r;
}

namespace detail {

/// Scale and zero point that torch.quantize_per_tensor_dynamic chooses for a tensor; zero is in its range.
inline value_qparams dynamic_qparams(tensor_view<const float> x, code_range codes) {
    float lo = 0.0f, hi = 0.0f;
    for (const float f : x) {
        if (f < lo) lo = f;
        if (f > hi) hi = f;
    }
    const scale_zero_point q = choose_dynamic_qparams(lo, hi, codes);
    return {static_cast<float>(q.scale), q.zero_point};
}

}  // namespace detail

/// Runs the reference form (quantize - dequantize - float op) on one batch; values of all its nodes, by node index.
/// With `only`, a quantize or a quantized weight takes part where only(node) is true and is left in float elsewhere.
inline std::vector<tensor<float>> run_reference(const calibration& c, const graph_view& reference,
                                                const quantized_parameters& q, const std::vector<tensor<float>>& inputs,
                                                const std::function<bool(int node)>& only = {}) {
    float_run_hooks hooks;
    hooks.quantize_dequantize = [&](int node, tensor_view<float> x) {
        if (only && !only(node)) return;
        const int source = first_input(reference, node);
        if (reference[source].kind == node_kind::get_attr) {
            const layer_weights w = detail::dequantize_weight(q.weights.at(source));
            for (std::int64_t i = 0; i < x.count(); ++i) x[i] = w.weight[static_cast<std::size_t>(i)];
            return;
        }
        const int slot = reference[node].observer;
        const observer_arguments& o = c.view().observer(slot).args;
        const code_range codes = codes_of(o.dtype);
        const value_qparams v = reference[node].op->code == op_code::quantize_dynamic
                                    ? detail::dynamic_qparams(x, dynamic_codes(o.dtype, o.reduce_range))
                                    : q.values[static_cast<std::size_t>(slot)];
        const float inverse = inverse_of(static_cast<double>(v.scale));
        for (float& f : x) f = dequantize(quantize(f, inverse, v.zero_point, codes), v.scale, v.zero_point);
    };
    hooks.reference_weights = [&](int node) {
        return only && !only(node) ? detail::weights_of(c.view().trace, reference, node, c.parameters())
                                   : detail::dequantize_weight(q.weights.at(node));
    };
    return float_runner(c.view().trace, reference, c.parameters()).run(inputs, hooks);
}

QUANTYPE_END_NAMESPACE
