// SPDX-License-Identifier: BSL-1.0
// The numbers of a converted model: scale and zero point of every observed value, codes and scales of every weight.
// Takes: a calibration. Gives: quantized_parameters. Refuses: observers that saw nothing, ranges that are not finite,
// scales that underflow, by name. Next: lower.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <quantype/convert/reference_graph.hpp>
#include <quantype/core/value_qparams.hpp>
#include <quantype/numerics/choose_qparams.hpp>
#include <quantype/quantize/quantized_weight.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Everything that a lowered model needs beside its types.
struct quantized_parameters {
    std::vector<value_qparams> values{};        ///< by observer slot
    std::map<int, quantized_weight> weights{};  ///< by node: weighted module calls, and get_attr of functional weights
    /// By node: the weights of a recurrent module, weight_ih and weight_hh of each layer and direction, with their
    /// bias.
    std::map<int, std::vector<quantized_weight>> recurrent{};
    /// By node: a bias that is given in units of the accumulator (TFLite models), in place of the weight's float bias.
    std::map<int, std::vector<std::int32_t>> integer_bias{};
    std::vector<value_qparams> inputs{};        ///< of the model's inputs that are codes, in their order
    std::vector<quantized_parameters> parts{};  ///< of the standalone modules, in the order of prepared_view::parts
};

namespace detail {

/// The weights of a recurrent module in the order of its parameters: weight_ih, weight_hh, weight_ih, ...
inline std::vector<layer_weights> recurrent_weights(const trace_view& t, const node& n, const model_parameters& p) {
    const attributes& a = t.call(n).attrs();
    const int kinds = a.bias ? 4 : 2;
    std::vector<layer_weights> r;
    for (int k = 0; k < t.modules[n.module].parameter_count; ++k) {
        if (k % kinds >= 2) continue;
        r.push_back({p.of(n.module, k).extents, p.of(n.module, k).data, {}});
        if (a.bias) r.back().bias = p.of(n.module, k + 2).data;
    }
    return r;
}
/// The same in the order of the parameters: weights and biases of each layer and direction.
inline std::vector<std::vector<float>> as_parameters(const std::vector<layer_weights>& weights) {
    std::vector<std::vector<float>> r;
    for (std::size_t k = 0; k + 1 < weights.size(); k += 2) {
        r.insert(r.end(), {weights[k].weight, weights[k + 1].weight});
        if (!weights[k].bias.empty()) r.insert(r.end(), {weights[k].bias, weights[k + 1].bias});
    }
    return r;
}

constexpr bool is_recurrent(op_code c) { return c == op_code::recurrent || c == op_code::recurrent_cell; }

/// Scale and zero point of the codes that a standalone module is given: those of the quantize calls before it.
inline std::vector<value_qparams> inputs_of_part(const graph_view& reference, const standalone_part& part,
                                                 const std::vector<value_qparams>& values) {
    std::vector<value_qparams> r;
    int number = 0;
    for_each_input(reference, part.node, [&](const argument& a) {
        if (!part.prepared.options.custom.quantized_inputs.has(number++)) return;
        const int slot = reference[a.value].observer;
        if (slot < 0)
            raise("input " + std::to_string(number - 1) + " of the standalone module " +
                  std::string(part.prepared.trace.path_of(reference[part.node])) +
                  " is to be codes, but the value before it is not quantized");
        r.push_back(values[static_cast<std::size_t>(slot)]);
    });
    return r;
}

}  // namespace detail

/// Chooses scale and zero point of every observer and quantizes the weights. float16 weights need no numbers.
inline quantized_parameters convert_parameters(const calibration& c, const reference_forms& forms) {
    const prepared_view& p = c.view();
    const graph_view& reference = forms.graph;
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
        const observer_config& observer = p.config_of(i)->weight;
        if (observer.args.dtype == dtype::float16) continue;
        if (detail::is_recurrent(reference[i].op->code)) {
            for (const layer_weights& w : detail::recurrent_weights(p.trace, reference[i], c.parameters()))
                r.recurrent[i].push_back(detail::quantize_weight(w, observer, name));
            continue;
        }
        const auto trained = c.layers().weights().find(i);
        r.weights[i] =
            detail::quantize_weight(detail::weights_of(p.trace, reference, i, c.parameters()), observer, name,
                                    trained == c.layers().weights().end() ? fake_quantize_state{} : trained->second);
    }
    if (p.part_count > 0 && forms.parts == nullptr)
        raise("the model has standalone modules: convert_parameters takes reference_forms_of<net, backend, mapping>()");
    for (int k = 0; k < p.part_count; ++k) {
        r.parts.push_back(convert_parameters(c.parts()[static_cast<std::size_t>(k)], forms.parts[k]));
        r.parts.back().inputs = detail::inputs_of_part(reference, p.parts[k], r.values);
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
/// A standalone module takes part as a whole.
inline std::vector<tensor<float>> run_reference(const calibration& c, const reference_forms& forms,
                                                const quantized_parameters& q, const std::vector<tensor<float>>& inputs,
                                                const std::function<bool(int node)>& only = {}) {
    const graph_view& reference = forms.graph;
    float_run_hooks hooks;
    hooks.module = [&](int node, const std::vector<tensor_view<const float>>& in, tensor<float>& out) {
        for (int k = 0; k < c.view().part_count; ++k) {
            if (c.view().parts[k].node != node) continue;
            std::vector<tensor<float>> given;
            for (const tensor_view<const float>& x : in)
                given.emplace_back(x.extents, std::vector<float>(x.begin(), x.end()));
            const auto at = static_cast<std::size_t>(k);
            const graph_view& inner = forms.parts[k].graph;
            const auto nobody = [](int) { return false; };
            const auto values = run_reference(c.parts()[at], forms.parts[k], q.parts[at], given,
                                              only && !only(node) ? nobody : std::function<bool(int)>{});
            out = values[static_cast<std::size_t>(first_input(inner, inner.last))];
            return true;
        }
        return false;
    };
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
        if (o.dtype == dtype::float16) {
            for (float& f : x) f = fp16_round_trip(f);
            return;
        }
        const code_range codes = codes_of(o.dtype);
        const value_qparams v = reference[node].op->code == op_code::quantize_dynamic
                                    ? detail::dynamic_qparams(x, dynamic_codes(o.dtype, o.reduce_range))
                                    : q.values[static_cast<std::size_t>(slot)];
        const float inverse = inverse_of(static_cast<double>(v.scale));
        for (float& f : x) f = dequantize(quantize(f, inverse, v.zero_point, codes), v.scale, v.zero_point);
    };
    const auto floats = [&](int node) { return detail::weights_of(c.view().trace, reference, node, c.parameters()); };
    hooks.reference_weights = [&](int node) {
        if (only && !only(node)) return floats(node);
        const auto found = q.weights.find(node);
        return found != q.weights.end() ? detail::dequantize_weight(found->second)
                                        : detail::rounded_to_half(floats(node));
    };
    hooks.reference_parameters = [&](int node) {
        if (only && !only(node)) return std::vector<std::vector<float>>{};
        const graph_view& g = reference;
        if (!detail::is_recurrent(g[node].op->code))
            return std::vector<std::vector<float>>{detail::dequantize_weight(q.weights.at(node)).weight};
        std::vector<layer_weights> weights = detail::recurrent_weights(c.view().trace, g[node], c.parameters());
        const auto found = q.recurrent.find(node);
        for (std::size_t k = 0; k < weights.size(); ++k)
            weights[k] = found != q.recurrent.end() ? detail::dequantize_weight(found->second[k])
                                                    : detail::rounded_to_half(weights[k]);
        return detail::as_parameters(weights);
    };
    return float_runner(c.view().trace, reference, c.parameters()).run(inputs, hooks);
}

QUANTYPE_END_NAMESPACE
