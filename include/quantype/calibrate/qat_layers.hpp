// SPDX-License-Identifier: BSL-1.0
// The layers of a prepared model that train quantized, and the mode that all its layers run in.
// Takes: a prepared graph. Gives: a module hook for float_runner, and the states of the weights' fake-quantizes.
#pragma once
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <quantype/calibrate/model_parameters.hpp>
#include <quantype/calibrate/qat_module.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// A layer is one of them when its QConfig names a fake-quantize for the weight and the backend a QAT module for its
/// class.
class qat_layers {
public:
    explicit qat_layers(const prepared_view& p) : view_(p) {
        for (int i = p.graph.first; i >= 0; i = p.graph[i].next)
            if (trains_quantized(i)) weights_.emplace(i, fake_quantize_state(p.config_of(i)->weight));
    }

    /// Batch norms normalize by the batch and update their running statistics while the model trains, unless frozen.
    bool training = false;
    bool bn_stats_frozen = false;

    /// State of the weight's fake-quantize of a node of the prepared graph, by node.
    const std::map<int, fake_quantize_state>& weights() const { return weights_; }
    std::map<int, fake_quantize_state>& weights() { return weights_; }

    /// out = node(inputs) where the layer trains quantized, or where training changes what it computes; else false.
    bool forward(int i, const std::vector<tensor_view<const float>>& inputs, tensor<float>& out,
                 model_parameters& parameters) {
        const std::string name(view_.trace.path_of(view_.graph[i]));
        const auto weight = weights_.find(i);
        if (weight != weights_.end() && is_table(attributes_of(part(i, 0)).code))
            return forward_table(i, inputs, out, parameters, weight->second, name);
        if (weight != weights_.end()) return forward_quantized(i, inputs[0], out, parameters, weight->second, name);
        if (!training) return false;
        const int count = part_count(i);
        bool changed = false;
        for (int k = 0; k < count; ++k) {
            const op_code code = attributes_of(part(i, k)).code;
            if (code == op_code::dropout) raise(name + ": dropout in training drops at random; run it in evaluation");
            changed = changed || code == op_code::batch_norm;
        }
        if (changed) forward_parts(i, inputs, out, parameters, name);
        return changed;
    }

private:
    const graph_view& graph() const { return view_.graph; }
    int part_count(int i) const { return graph()[i].fusion < 0 ? 1 : graph().fusions[graph()[i].fusion].count; }
    /// The traced call of a part of a fused node, or of the node itself.
    int part(int i, int k) const {
        return graph()[i].fusion < 0 ? graph()[i].origin : graph().fusions[graph()[i].fusion].parts[k];
    }
    attributes attributes_of(int call) const { return view_.trace.calls[call].attrs(); }
    int module_of(int call) const { return view_.trace.graph[detail::traced_node(view_.trace, call)].module; }

    bool trains_quantized(int i) const {
        const node& n = graph()[i];
        const qconfig* q = view_.config_of(i);
        if (n.kind != node_kind::call_module || n.observer >= 0 || q == nullptr || q->weight.fake == nullptr)
            return false;
        const op_code code = attributes_of(part(i, 0)).code;
        if (code != op_code::linear && code != op_code::conv && !is_table(code)) return false;
        for (int k = 0; k < view_.backend.pattern_count; ++k) {
            const detail::pattern_entry& row = view_.backend.patterns[k];
            if (row.qat_module != nullptr && row.tree.size == 1 &&
                (row.tree.nodes[0].op == n.op || row.qat_module == n.op))
                return true;
        }
        return false;
    }

    static bool is_table(op_code code) { return code == op_code::embedding || code == op_code::embedding_bag; }

    /// Rows of the rounded table.
    bool forward_table(int i, const std::vector<tensor_view<const float>>& inputs, tensor<float>& out,
                       const model_parameters& parameters, fake_quantize_state& state, const std::string& name) const {
        require_indices(attributes_of(part(i, 0)), inputs, name);
        tensor<float> table = parameters.of(module_of(part(i, 0)), 0);
        fake_quantize(view_.config_of(i)->weight, state, table.view(), table.view(), name);
        const float* pointer = table.data.data();
        return kernel::float32::evaluate(attributes_of(part(i, 0)), inputs.data(), static_cast<int>(inputs.size()),
                                         &pointer, out.view());
    }

    trained_batch_norm batch_norm(int call, model_parameters& parameters) const {
        const int m = module_of(call);
        const attributes a = attributes_of(call);
        trained_batch_norm bn{parameters.of(m, 0).data.data(), parameters.of(m, 1).data.data(),
                              parameters.changeable(m, 2), parameters.changeable(m, 3), a.in};
        bn.eps = a.scalar;
        bn.training = training && !bn_stats_frozen;
        return bn;
    }

    bool forward_quantized(int i, tensor_view<const float> x, tensor<float>& out, model_parameters& parameters,
                           fake_quantize_state& state, const std::string& name) const {
        qat_module m;
        m.attrs = attributes_of(part(i, 0));
        const int module = module_of(part(i, 0));
        m.weight = parameters.of(module, 0).view();
        if (m.attrs.bias) m.bias = parameters.of(module, 1).data.data();
        m.weight_config = &view_.config_of(i)->weight;
        m.weight_fake_quant = &state;
        m.name = name;
        trained_batch_norm bn;
        for (int k = 1; k < part_count(i); ++k) {
            const op_code code = attributes_of(part(i, k)).code;
            if (code == op_code::batch_norm) {
                bn = batch_norm(part(i, k), parameters);
                m.batch_norm = &bn;
            } else if (code == op_code::relu) {
                m.relu = true;
            } else {
                raise(name + ": no QAT module has part " + std::to_string(k) + " of this fused layer");
            }
        }
        qat_forward(m, x, out.view());
        return true;
    }

    /// Part by part, as a fused module of PyTorch that is not quantized: its batch norm is not folded.
    void forward_parts(int i, std::vector<tensor_view<const float>> in, tensor<float>& out,
                       model_parameters& parameters, const std::string& name) const {
        for (int k = 0; k < part_count(i); ++k) {
            const attributes a = attributes_of(part(i, k));
            const int module = module_of(part(i, k));
            if (k > 0) in.assign(1, std::as_const(out).view());
            if (a.code == op_code::batch_norm) {
                batch_norm_forward(batch_norm(part(i, k), parameters), in[0], out.view(), name);
                continue;
            }
            const std::vector<const float*> own =
                module >= 0 ? parameters.pointers(module) : std::vector<const float*>{};
            if (!kernel::float32::evaluate(a, in.data(), static_cast<int>(in.size()), own.data(), out.view()))
                raise(name + ": no float form of part " + std::to_string(k));
        }
    }

    prepared_view view_;
    std::map<int, fake_quantize_state> weights_{};
};

QUANTYPE_END_NAMESPACE
