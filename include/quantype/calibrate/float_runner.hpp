// SPDX-License-Identifier: BSL-1.0
// Runs a traced, prepared or reference graph in float32 on the host, node by node.
#pragma once
#include <functional>
#include <utility>
#include <vector>

#include <quantype/calibrate/model_parameters.hpp>
#include <quantype/calibrate/require.hpp>
#include <quantype/kernel/float32/evaluate.hpp>
#include <quantype/model/fused_tail.hpp>
#include <quantype/numerics/half.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// What a run does at the nodes that are not float ops.
struct float_run_hooks {
    /// An observer sees a value; a fake-quantize changes it.
    std::function<void(int node, tensor_view<float>)> observe{};
    /// Computes a node in another way than the graph says (training); false: as the graph says.
    std::function<bool(int node, const std::vector<tensor_view<const float>>& inputs, tensor<float>& out)> module{};
    /// Quantize and dequantize in place (reference graph). Called at the quantize node.
    std::function<void(int node, tensor_view<float>)> quantize_dequantize{};
    /// Weights of a reference module: quantized and dequantized.
    std::function<layer_weights(int node)> reference_weights{};
    /// The same for a recurrent module or a table: all its parameters.
    std::function<std::vector<std::vector<float>>(int node)> reference_parameters{};
};

class float_runner {
public:
    float_runner(const trace_view& t, const graph_view& g, const model_parameters& p) : t_(t), g_(g), p_(p) {}

    /// Values of all nodes, by node index; an empty tensor where a node has none. The first dimension of the inputs may
    /// be any multiple of the model's: a batch is run at once.
    std::vector<tensor<float>> run(const std::vector<tensor<float>>& inputs, const float_run_hooks& hooks = {}) {
        std::vector<tensor<float>> values(static_cast<std::size_t>(g_.node_count));
        batch_ = batch_of(inputs);
        int number = 0;
        for (int i = g_.first; i >= 0; i = g_[i].next)
            if (g_[i].kind == node_kind::placeholder)
                at(values, i) = inputs[static_cast<std::size_t>(number++)];
            else
                step(i, values, hooks);
        return values;
    }

private:
    static tensor<float>& at(std::vector<tensor<float>>& v, int i) { return v[static_cast<std::size_t>(i)]; }

    /// How many times the model's batch the inputs hold; refuses inputs of other shapes.
    int batch_of(const std::vector<tensor<float>>& inputs) const {
        std::size_t number = 0;
        int batch = 0;
        for (int i = g_.first; i >= 0; i = g_[i].next) {
            if (g_[i].kind != node_kind::placeholder) continue;
            const shape& want = t_.shape_of(g_[i]);
            if (number >= inputs.size()) raise("the model takes more inputs than were given");
            const shape& have = inputs[number++].extents;
            bool same = have.rank == want.rank && have.rank > 0 && have[0] > 0 && have[0] % want[0] == 0;
            for (int d = 1; d < want.rank; ++d) same = same && have[d] == want[d];
            if (same && batch == 0) batch = have[0] / want[0];
            if (!same || have[0] / want[0] != batch)
                raise("input " + std::to_string(number - 1) + ": shape " + to_string(have) + " where " +
                      to_string(want) + " (or a multiple of its first dimension) is expected");
        }
        if (number != inputs.size()) raise("the model takes fewer inputs than were given");
        return batch;
    }
    shape scaled(shape s) const {
        if (s.rank > 0) s[0] *= batch_;
        return s;
    }

    /// Several batches at once are one longer sequence to a recurrent layer, and other places to an index.
    void check_batch(int i, const attributes& a) const {
        if (batch_ == 1) return;
        if (a.code == op_code::recurrent || a.code == op_code::getitem ||
            (a.code == op_code::embedding_bag && input_count(i) > 1))
            raise(std::string(g_[i].op->name) + " at " + std::string(t_.path_of(g_[i])) +
                  ": inputs must have the model's own shapes, not a multiple of them");
    }
    int input_count(int i) const {
        int n = 0;
        for_each_input(g_, i, [&](const argument&) { ++n; });
        return n;
    }
    void step(int i, std::vector<tensor<float>>& values, const float_run_hooks& hooks) {
        const node& n = g_[i];
        switch (n.op->code) {
            case op_code::parameter: at(values, i) = p_.of(n.module, 0); return;
            case op_code::qparam:
            case op_code::size: return;
            case op_code::output: return;
            case op_code::observer:
                at(values, i) = at(values, first_input(g_, i));
                if (hooks.observe) hooks.observe(i, at(values, i).view());
                return;
            case op_code::quantize:
            case op_code::quantize_dynamic:
                at(values, i) = at(values, first_input(g_, i));
                hooks.quantize_dequantize(i, at(values, i).view());
                return;
            case op_code::dequantize: at(values, i) = at(values, first_input(g_, i)); return;
            case op_code::to_dtype:
                at(values, i) = at(values, first_input(g_, i));
                for (float& f : at(values, i).data) f = fp16_round_trip(f);
                return;
            default: break;
        }
        evaluate(i, values, hooks);
    }

    void evaluate(int i, std::vector<tensor<float>>& values, const float_run_hooks& hooks) {
        std::vector<tensor_view<const float>> in;
        for_each_input(g_, i, [&](const argument& a) { in.push_back(std::as_const(at(values, a.value)).view()); });
        tensor<float> out(scaled(t_.shape_of(g_[i])));
        const attributes& a = t_.call(g_[i]).attrs();
        check_batch(i, a);
        if (gives_tuple(a)) out.data.resize(static_cast<std::size_t>(value_count(a, out.extents)));
        if (hooks.module && hooks.module(i, in, out)) {
            at(values, i) = std::move(out);
            return;
        }
        const int parts = g_[i].fusion < 0 ? 1 : g_.fusions[g_[i].fusion].count;
        std::vector<tensor_view<const float>> extra;  // the other operand of a sum behind the root
        for (int k = detail::extra_inputs(t_, g_, i); k > 0; --k) {
            extra.push_back(in.back());
            in.pop_back();
        }
        for (int k = 0; k < parts; ++k) {
            if (k == 1 && g_.fusions[g_[i].fusion].folds_batch_norm) continue;
            const int call = g_[i].fusion < 0 ? g_[i].origin : g_.fusions[g_[i].fusion].parts[k];
            if (t_.calls[call].out != t_.shape_of(g_[i]))
                raise(std::string(t_.path_of(g_[i])) + ": a fused sum of two shapes, " + to_string(t_.calls[call].out) +
                      " and " + to_string(t_.shape_of(g_[i])) + ", has no float form");
            if (k > 0) in.assign(1, std::as_const(out).view());
            if (k > 0 && t_.calls[call].attrs().code == op_code::add) in.insert(in.end(), extra.begin(), extra.end());
            evaluate_part(i, k, t_.calls[call].attrs(), in, out, hooks);
        }
        at(values, i) = std::move(out);
    }

    void evaluate_part(int i, int part, attributes a, const std::vector<tensor_view<const float>>& in,
                       tensor<float>& out, const float_run_hooks& hooks) {
        std::vector<const float*> parameters;
        layer_weights w;
        std::vector<std::vector<float>> quantized;
        const node& n = g_[i];
        if (n.kind == node_kind::call_module && is_weighted(a.code)) {
            w = n.form == node_form::plain || !hooks.reference_weights ? detail::weights_of(t_, g_, i, p_)
                                                                       : hooks.reference_weights(i);
            a.bias = !w.bias.empty();
            parameters = {w.weight.data(), w.bias.data()};
        } else if (has_parameters(a.code)) {
            const int call = n.fusion < 0 ? n.origin : g_.fusions[n.fusion].parts[part];
            const int module = t_.graph[detail::traced_node(t_, call)].module;
            if (module >= 0) parameters = p_.pointers(module);
        } else if (n.op->evaluate != nullptr && n.kind == node_kind::call_module) {
            parameters = p_.pointers(n.module);
        } else if (a.code == op_code::recurrent || a.code == op_code::recurrent_cell || a.code == op_code::embedding ||
                   a.code == op_code::embedding_bag) {
            if (n.form == node_form::reference && hooks.reference_parameters) quantized = hooks.reference_parameters(i);
            for (const std::vector<float>& values : quantized) parameters.push_back(values.data());
            if (quantized.empty() && n.module >= 0) parameters = p_.pointers(n.module);
            if (a.code == op_code::embedding || a.code == op_code::embedding_bag)
                require_indices(a, in, std::string(t_.path_of(n)));
        }
        std::vector<float> scratch(static_cast<std::size_t>(kernel::float32::scratch_of(a, in[0].extents)));
        if (!kernel::float32::evaluate(*n.op, a, in.data(), static_cast<int>(in.size()), parameters.data(), out.view(),
                                       scratch.data()))
            raise("no float form of " + std::string(n.op->name) + " at " + std::string(t_.path_of(n)));
    }

    trace_view t_;
    graph_view g_;
    const model_parameters& p_;
    int batch_ = 1;
};

QUANTYPE_END_NAMESPACE
