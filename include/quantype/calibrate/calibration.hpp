// SPDX-License-Identifier: BSL-1.0
// Calibration: observers watch a float forward of the prepared graph; fake-quantizes round what passes through them.
// Takes: a prepared graph, weights or PyTorch's state_dict of the prepared model, batches. Gives: the state of every
// observer. Refuses: NaN and infinity, in weights and in batches, by name. Next: convert.
#pragma once
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <quantype/calibrate/float_runner.hpp>
#include <quantype/calibrate/prepared_state.hpp>
#include <quantype/calibrate/qat_layers.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// A prepared model at rest: its weights and what its observers have seen. With a mapping for quantization-aware
/// training it computes what PyTorch's model computes, in training (`train`) or in evaluation (as it starts); it learns
/// running statistics and ranges, no weights.
class calibration {
public:
    /// `weights`: of the float model, or of the prepared one, with the states of its observers and fake-quantizes
    /// ("activation_post_process_0.scale", "conv.weight_fake_quant.activation_post_process.min_val").
    calibration(const prepared_view& p, const tensor_map& weights, const std::string& source)
        : calibration(p, weights, parts_of(p, weights, source), source) {}

    /// Runs one batch and lets the observers see it. Gives the outputs of the prepared model.
    std::vector<tensor<float>> operator()(const std::vector<tensor<float>>& inputs) {
        for (std::size_t i = 0; i < inputs.size(); ++i)
            require_finite(inputs[i].view(), "input " + std::to_string(i) + " of batch " + std::to_string(batches_));
        float_run_hooks hooks;
        hooks.observe = [&](int node, tensor_view<float> x) { watch(view_.graph[node].observer, x); };
        hooks.module = [&](int node, const std::vector<tensor_view<const float>>& in, tensor<float>& out) {
            return run_part(node, in, out) || layers_.forward(node, in, out, parameters_);
        };
        float_runner runner(view_.trace, view_.graph, parameters_);
        const auto values = runner.run(inputs, hooks);
        ++batches_;
        return outputs(values);
    }

    // Modes and switches of the whole model, under PyTorch's names.
    void train(bool on = true) {
        layers_.training = on;
        for (calibration& part : parts_) part.train(on);
    }
    void eval() { train(false); }
    /// Batch norms keep to the running statistics, also in training.
    void freeze_bn_stats(bool on = true) {
        layers_.bn_stats_frozen = on;
        for (calibration& part : parts_) part.freeze_bn_stats(on);
    }
    void update_bn_stats() { freeze_bn_stats(false); }
    void enable_observer(bool on = true) {
        for_each_fake_quantize([&](fake_quantize_state& s) { s.enable_observer(on); });
    }
    void disable_observer() { enable_observer(false); }
    void enable_fake_quant(bool on = true) {
        for_each_fake_quantize([&](fake_quantize_state& s) { s.enable_fake_quant(on); });
    }
    void disable_fake_quant() { enable_fake_quant(false); }

    const prepared_view& view() const { return view_; }
    const model_parameters& parameters() const { return parameters_; }
    int batches() const { return batches_; }

    /// State of an observer call; calls that share an instance share it.
    const observer_state& state(int slot) const { return states_[instance(slot)].observer; }
    observer_state& state(int slot) { return states_[instance(slot)].observer; }
    /// The same with switches, scale and zero point, for a fake-quantize.
    const fake_quantize_state& fake_quantize_at(int slot) const { return states_[instance(slot)]; }
    /// The layers that train quantized.
    const qat_layers& layers() const { return layers_; }
    /// The standalone modules, in the order of prepared_view::parts; each is a prepared model of its own.
    const std::vector<calibration>& parts() const { return parts_; }
    std::vector<calibration>& parts() { return parts_; }

    /// "activation_post_process_3 (output of layer1.0.conv1)".
    std::string name_of(int slot) const {
        std::string name = "activation_post_process_" + std::to_string(slot);
        for (int i = view_.graph.first; i >= 0; i = view_.graph[i].next) {
            if (view_.graph[i].observer != slot) continue;
            const node& n = view_.graph[first_input(view_.graph, i)];
            if (n.kind == node_kind::placeholder) return name + " (an input of the model)";
            return name + " (output of " +
                   (n.module >= 0 ? std::string(view_.trace.module_path(n.module)) : std::string(n.op->name)) + ")";
        }
        return name;
    }

private:
    calibration(const prepared_view& p, const tensor_map& weights, std::vector<calibration> parts,
                const std::string& source)
        : calibration(p, around_parts(p, weights, parts), source, nullptr) {
        parts_ = std::move(parts);
    }
    calibration(const prepared_view& p, const tensor_map& weights, const std::string& source, std::nullptr_t)
        : calibration(p, weights, take_apart(p, weights), source) {}
    calibration(const prepared_view& p, const tensor_map& weights, const prepared_state& state,
                const std::string& source)
        : view_(p),
          parameters_(model_parameters::bind(p.trace, state.observers.empty() ? weights : state.parameters, source)),
          layers_(p) {
        states_.resize(static_cast<std::size_t>(p.observer_count));
        for (int s = 0; s < p.observer_count; ++s) {
            require_observer(p.observer(s), name_of(s));
            states_[instance(s)] = fake_quantize_state(p.observer(s));
        }
        if (!state.observers.empty()) read(state.observers, source);
    }

    static std::string prefix_of(const prepared_view& p, const standalone_part& part) {
        return std::string(p.trace.module_path(p.graph[part.node].module)) + ".";
    }
    /// Standalone modules from the tensors whose names begin with their paths.
    static std::vector<calibration> parts_of(const prepared_view& p, const tensor_map& weights,
                                             const std::string& source) {
        std::vector<calibration> r;
        for (int k = 0; k < p.part_count; ++k) {
            const std::string prefix = prefix_of(p, p.parts[k]);
            tensor_map own;
            for (const auto& [name, value] : weights)
                if (name.starts_with(prefix)) own.emplace(name.substr(prefix.size()), value);
            r.emplace_back(p.parts[k].prepared, own, source + " (" + prefix + "*)");
        }
        return r;
    }
    /// The tensors of the model around them; theirs under the float model's names.
    static tensor_map around_parts(const prepared_view& p, const tensor_map& weights,
                                   const std::vector<calibration>& parts) {
        tensor_map r = weights;
        for (int k = 0; k < p.part_count; ++k) {
            const std::string prefix = prefix_of(p, p.parts[k]);
            std::erase_if(r, [&](const auto& entry) { return entry.first.starts_with(prefix); });
            const calibration& part = parts[static_cast<std::size_t>(k)];
            for (int m = 0; m < part.view_.trace.module_count; ++m)
                for (int n = 0; n < part.view_.trace.modules[m].parameter_count; ++n)
                    r[prefix + part.parameters_.name_of(m, n)] = to_any_tensor(part.parameters_.of(m, n));
        }
        return r;
    }
    bool run_part(int node, const std::vector<tensor_view<const float>>& in, tensor<float>& out) {
        for (int k = 0; k < view_.part_count; ++k) {
            if (view_.parts[k].node != node) continue;
            std::vector<tensor<float>> inputs;
            for (const tensor_view<const float>& x : in)
                inputs.emplace_back(x.extents, std::vector<float>(x.begin(), x.end()));
            out = parts_[static_cast<std::size_t>(k)](inputs).at(0);
            return true;
        }
        return false;
    }

    void read(const tensor_map& observers, const std::string& source) {
        observer_reader reader(observers, source);
        for (int s = 0; s < view_.observer_count; ++s)
            reader.read("activation_post_process_" + std::to_string(s), view_.observer(s), states_[instance(s)]);
        for (auto& [node, s] : layers_.weights())
            reader.read(std::string(view_.trace.path_of(view_.graph[node])) + ".weight_fake_quant",
                        view_.config_of(node)->weight, s);
        reader.check_all_read();
    }

    void watch(int slot, tensor_view<float> x) {
        const observer_config& o = view_.observer(slot);
        require_finite(x, name_of(slot));
        if (o.fake == nullptr)
            observe(o, state(slot), x);
        else
            fake_quantize(o, states_[instance(slot)], x, x, name_of(slot));
    }
    template <class F>
    void for_each_fake_quantize(F&& f) {
        for (fake_quantize_state& s : states_) f(s);
        for (auto& [node, s] : layers_.weights()) f(s);
        for (calibration& part : parts_) part.for_each_fake_quantize(f);
    }

    std::size_t instance(int slot) const { return static_cast<std::size_t>(view_.observers[slot].instance); }

    std::vector<tensor<float>> outputs(const std::vector<tensor<float>>& values) const {
        std::vector<tensor<float>> r;
        for_each_input(view_.graph, view_.graph.last,
                       [&](const argument& a) { r.push_back(values[static_cast<std::size_t>(a.value)]); });
        return r;
    }

    prepared_view view_;
    model_parameters parameters_;
    qat_layers layers_;
    std::vector<fake_quantize_state> states_{};
    std::vector<calibration> parts_{};
    int batches_ = 0;
};

QUANTYPE_END_NAMESPACE
