// SPDX-License-Identifier: BSL-1.0
// Calibration: observers watch a float forward of the prepared graph.
// Takes: a prepared graph, weights, batches. Gives: the state of every observer. Refuses: NaN and infinity, in weights
// and in batches, by name. Next: convert.
#pragma once
#include <string>
#include <vector>

#include <quantype/calibrate/float_runner.hpp>
#include <quantype/calibrate/observe.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// A prepared model at rest: its weights and what its observers have seen.
class calibration {
public:
    calibration(const prepared_view& p, const tensor_map& weights, const std::string& source)
        : view_(p),
          parameters_(model_parameters::bind(p.trace, weights, source)),
          states_(static_cast<std::size_t>(p.observer_count)) {
        for (int s = 0; s < p.observer_count; ++s) require_observer(p.observer(s), name_of(s));
    }

    /// Runs one batch and lets the observers see it. Gives the outputs of the float model.
    std::vector<tensor<float>> operator()(const std::vector<tensor<float>>& inputs) {
        for (std::size_t i = 0; i < inputs.size(); ++i)
            require_finite(inputs[i].view(), "input " + std::to_string(i) + " of batch " + std::to_string(batches_));
        float_run_hooks hooks;
        std::vector<std::pair<int, tensor<float>>> seen;
        hooks.observe = [&](int node, tensor_view<const float> x) {
            const int slot = view_.graph[node].observer;
            require_finite(x, name_of(slot));
            observe(view_.observer(slot), state(slot), x);
        };
        float_runner runner(view_.trace, view_.graph, parameters_);
        const auto values = runner.run(inputs, hooks);
        ++batches_;
        return outputs(values);
    }

    const prepared_view& view() const { return view_; }
    const model_parameters& parameters() const { return parameters_; }
    int batches() const { return batches_; }

    /// State of an observer call; calls that share an instance share it.
    const observer_state& state(int slot) const { return states_[instance(slot)]; }
    observer_state& state(int slot) { return states_[instance(slot)]; }

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
    std::size_t instance(int slot) const { return static_cast<std::size_t>(view_.observers[slot].instance); }

    std::vector<tensor<float>> outputs(const std::vector<tensor<float>>& values) const {
        std::vector<tensor<float>> r;
        for_each_input(view_.graph, view_.graph.last,
                       [&](const argument& a) { r.push_back(values[static_cast<std::size_t>(a.value)]); });
        return r;
    }

    prepared_view view_;
    model_parameters parameters_;
    std::vector<observer_state> states_;
    int batches_ = 0;
};

QUANTYPE_END_NAMESPACE
