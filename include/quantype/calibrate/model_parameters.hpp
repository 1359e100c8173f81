// SPDX-License-Identifier: BSL-1.0
// A model's weights, bound by PyTorch's names to the parameters of its modules, and batch norms folded where fusion
// says.
#pragma once
#include <map>
#include <string>
#include <vector>

#include <quantype/host/tensor.hpp>
#include <quantype/io/weights.hpp>
#include <quantype/kernel/float32/fold.hpp>
#include <quantype/prepare/prepare_stage.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Weight and bias of one weighted call after folding; the bias is empty where there is none.
struct layer_weights {
    shape extents{};
    std::vector<float> weight{};
    std::vector<float> bias{};
};

/// All parameters and buffers of a model, in the order of the trace's list.
class model_parameters {
public:
    /// Takes every parameter of the model from `weights` by its state_dict name. Refuses missing, extra and misshapen
    /// tensors, NaN and infinity, by name.
    static model_parameters bind(const trace_view& t, const tensor_map& weights, const std::string& source) {
        model_parameters p(t);
        std::vector<std::string> used;
        for (int m = 0; m < t.module_count; ++m)
            for (int k = 0; k < t.modules[m].parameter_count; ++k) {
                const parameter_info& info = t.parameters[t.modules[m].first_parameter + k];
                const std::string name = p.name_of(m, k);
                p.values_.push_back(get<float>(weights, name, info.extents, source));
                used.push_back(name);
            }
        check_no_extra(weights, used, source);
        return p;
    }

    /// As bind, but parameters that `weights` does not have are zero: for models whose weights are codes already.
    static model_parameters bind_some(const trace_view& t, const tensor_map& weights, const std::string& source) {
        model_parameters p(t);
        for (int m = 0; m < t.module_count; ++m)
            for (int k = 0; k < t.modules[m].parameter_count; ++k) {
                const shape& extents = t.parameters[t.modules[m].first_parameter + k].extents;
                const std::string name = p.name_of(m, k);
                p.values_.push_back(weights.contains(name) ? get<float>(weights, name, extents, source)
                                                           : tensor<float>(extents));
            }
        return p;
    }

    /// state_dict name of parameter `k` of a module.
    std::string name_of(int module, int k) const {
        const std::string path(trace_.module_path(module));
        const std::string name(trace_.parameters[trace_.modules[module].first_parameter + k].name);
        return name.empty() ? path : path + "." + name;
    }
    const tensor<float>& value(int parameter) const { return values_[static_cast<std::size_t>(parameter)]; }
    const tensor<float>& of(int module, int k) const { return value(trace_.modules[module].first_parameter + k); }
    /// For what training changes: the running statistics of batch norms.
    float* changeable(int module, int k) {
        return values_[static_cast<std::size_t>(trace_.modules[module].first_parameter + k)].data.data();
    }

    /// Pointers to a module's parameters, in the order the float kernels take them.
    std::vector<const float*> pointers(int module) const {
        std::vector<const float*> r;
        for (int k = 0; k < trace_.modules[module].parameter_count; ++k) r.push_back(of(module, k).data.data());
        return r;
    }

private:
    explicit model_parameters(const trace_view& t) : trace_(t) {}

    trace_view trace_;
    std::vector<tensor<float>> values_{};
};

namespace detail {

/// The traced node of a call: calls and nodes are numbered alike.
inline int traced_node(const trace_view&, int origin) { return origin; }

/// The call of a node that carries the weight: its own, or the first part of a fused module.
inline int root_call(const graph_view& g, int i) {
    return g[i].fusion < 0 ? g[i].origin : g.fusions[g[i].fusion].parts[0];
}

/// Weight and bias of a linear or convolution node, with the batch norm folded in where the fusion folds.
inline layer_weights weights_of(const trace_view& t, const graph_view& g, int i, const model_parameters& p) {
    const int call = root_call(g, i);
    const attributes& a = t.calls[call].attrs();
    const int module = t.graph[traced_node(t, call)].module;
    layer_weights w{p.of(module, 0).extents, p.of(module, 0).data, {}};
    if (a.bias) w.bias = p.of(module, 1).data;
    if (g[i].fusion < 0 || !g.fusions[g[i].fusion].folds_batch_norm) return w;
    const int bn_call = g.fusions[g[i].fusion].parts[1];
    const int bn = t.graph[traced_node(t, bn_call)].module;
    std::vector<float> bias(static_cast<std::size_t>(a.out));
    kernel::float32::fold_batch_norm(a, w.extents.count() / a.out, w.weight.data(), a.bias ? w.bias.data() : nullptr,
                                     {p.of(bn, 0).data.data(), p.of(bn, 1).data.data(), p.of(bn, 2).data.data(),
                                      p.of(bn, 3).data.data(), t.calls[bn_call].attrs().scalar},
                                     w.weight.data(), bias.data());
    w.bias = bias;
    return w;
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
