// SPDX-License-Identifier: BSL-1.0
// Forms of a model that run in float32: fused (PyTorch's fuse_fx) and reference (convert_to_reference_fx).
//   auto fused = fuse<net, backend>(weights);   auto reference = convert_to_reference(prepared);
#pragma once
#include <string>
#include <vector>

#include <quantype/report/node_list.hpp>
#include <quantype/run/model.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// A mapping without entries: nothing is quantized, and what is left of prepare is fusion.
struct empty_mapping {
    static constexpr auto value = qconfig_mapping();
};

/// A float model in which the backend's patterns are fused and batch norms folded.
template <class Net, class Backend>
class fused_model {
public:
    fused_model(const tensor_map& weights, const std::string& source) : float_(weights, source) {}

    /// One batch; see prepared_model.
    template <class... Inputs>
    std::vector<tensor<float>> operator()(const Inputs&... inputs) {
        return float_(inputs...);
    }

    /// Weights of the fused modules under PyTorch's names: "conv.weight", and "conv.0.weight" where the fused class is
    /// a row of modules (ConvReLU2d).
    tensor_map weights() const {
        tensor_map r;
        const prepared_view& p = float_.view();
        const graph_view& g = p.graph;
        for (int i = g.first; i >= 0; i = g[i].next)
            if (g[i].kind == node_kind::call_module || g[i].kind == node_kind::get_attr) add(r, p, i);
        return r;
    }

    const prepared_view& view() const { return float_.view(); }

private:
    void add(tensor_map& r, const prepared_view& p, int i) const {
        const graph_view& g = p.graph;
        const bool row = report::detail::is_wrapper(p, g, g[i]);
        const int parts = g[i].fusion < 0 ? 1 : g.fusions[g[i].fusion].count;
        for (int k = 0; k < parts; ++k) {
            if (k == 1 && g.fusions[g[i].fusion].folds_batch_norm) continue;
            const int call = g[i].fusion < 0 ? g[i].origin : g.fusions[g[i].fusion].parts[k];
            add_part(r, i, k, call, row ? "." + std::to_string(k) : "");
        }
    }
    void add_part(tensor_map& r, int i, int part, int call, const std::string& number) const {
        const trace_view& t = float_.view().trace;
        const int module = t.graph[detail::traced_node(t, call)].module;
        if (module < 0) return;
        const op_code code = t.calls[call].attrs().code;
        const std::string path = std::string(t.path_of(float_.view().graph[i])) + number;
        if (part == 0 && (code == op_code::linear || code == op_code::conv)) {
            const layer_weights w = detail::weights_of(t, float_.view().graph, i, float_.parameters());
            r[path + ".weight"] = to_any_tensor(tensor<float>(w.extents, w.weight));
            if (!w.bias.empty())
                r[path + ".bias"] = to_any_tensor(tensor<float>(shape(static_cast<int>(w.bias.size())), w.bias));
            return;
        }
        for (int k = 0; k < t.modules[module].parameter_count; ++k) {
            const std::string name(t.parameters[t.modules[module].first_parameter + k].name);
            r[name.empty() ? path : path + "." + name] = to_any_tensor(float_.parameters().of(module, k));
        }
    }

    prepared_model<Net, Backend, empty_mapping, keep_float> float_;
};

/// Fuses a float model for evaluation (batch norms are folded). The patterns and fusers are the backend's.
template <class Net, class Backend>
fused_model<Net, Backend> fuse(const tensor_map& weights, const std::string& source = "weights") {
    return {weights, source};
}

/// A converted model before lowering: quantize and dequantize around float ops, weights quantized and dequantized. It
/// is what a backend outside of this library lowers, and what lowered kernels are compared with; it needs no kernels.
template <class Net, class Backend, class Mapping>
class reference_model {
public:
    explicit reference_model(const calibration& c) : calibration_(c), quantized_(convert_parameters(c, forms())) {}

    /// One batch; see prepared_model.
    std::vector<tensor<float>> operator()(const std::vector<tensor<float>>& inputs) const {
        const auto values = run_reference(calibration_, forms(), quantized_, inputs);
        std::vector<tensor<float>> r;
        for_each_input(graph(), graph().last,
                       [&](const argument& a) { r.push_back(values[static_cast<std::size_t>(a.value)]); });
        return r;
    }
    template <class... More>
    std::vector<tensor<float>> operator()(const tensor<float>& first, const More&... more) const {
        return operator()(std::vector<tensor<float>>{first, more...});
    }

    /// Scales, zero points and weight codes.
    const quantized_parameters& quantized() const { return quantized_; }
    static constexpr graph_view graph() { return stage::reference<Net, Backend, Mapping>.view(); }
    static constexpr reference_forms forms() { return reference_forms_of<Net, Backend, Mapping>(); }

private:
    calibration calibration_;
    quantized_parameters quantized_;
};

/// Converts to the reference form.
template <class Net, class Backend, class Mapping, class Policy>
reference_model<Net, Backend, Mapping> convert_to_reference(const prepared_model<Net, Backend, Mapping, Policy>& p) {
    return reference_model<Net, Backend, Mapping>(p);
}
/// The same with a second mapping, see convert.
template <class Second, class Net, class Backend, class Mapping, class Policy>
reference_model<Net, Backend, converted_with<Mapping, Second>> convert_to_reference(
    const prepared_model<Net, Backend, Mapping, Policy>& p) {
    detail::require_second_mapping<Net, Backend, Mapping, Second, Policy>();
    return reference_model<Net, Backend, converted_with<Mapping, Second>>(p);
}

QUANTYPE_END_NAMESPACE
