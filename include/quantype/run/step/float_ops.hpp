// SPDX-License-Identifier: BSL-1.0
// Runs ops that stay in float32: one, or the parts of a fused one in turn (the later parts are elementwise and run in
// place).
#pragma once
#include <quantype/kernel/float32/evaluate.hpp>
#include <quantype/run/program.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

template <class Program>
struct steps_of<Program, step_family::float_ops> {
    template <int I, class Kernels>
    static void step(const step_data& d, const run_buffers& b) {
        constexpr const plan_step& s = Program::plan.steps[I];
        constexpr const node& n = Program::graph[s.node];
        const auto* parameters = static_cast<const float* const*>(d.table);
        const tensor_view<float> out{at<float>(b, Program::locate(s.output)), Program::plan.values[s.output].extents};
        tensor_view<const float> in[max_step_inputs];
        for (int k = 0; k < s.input_count; ++k)
            in[k] = {at<float>(b, Program::locate(s.inputs[k])), Program::plan.values[s.inputs[k]].extents};
        attributes a = attributes_of(Program::prepared, Program::graph, s);
        if (n.kind == node_kind::call_module && parameters[0] != nullptr && is_weighted(a.code))
            a.bias = parameters[1] != nullptr;  // folding a batch norm adds a bias
        constexpr int extra = extra_inputs(Program::prepared.trace, Program::graph, s.node);
        kernel::float32::evaluate(*n.op, a, in, s.input_count - extra, parameters, out);
        if constexpr (n.fusion >= 0) {
            constexpr const fusion& f = Program::graph.fusions[n.fusion];
            for (int k = f.folds_batch_norm ? 2 : 1; k < f.count; ++k) {
                const attributes& part = Program::prepared.trace.calls[f.parts[k]].attrs();
                const tensor_view<const float> x[2] = {out, in[s.input_count - 1]};
                kernel::float32::evaluate(part, x, part.code == op_code::add ? 2 : 1, parameters + 4 * k, out);
            }
        }
    }
};

}  // namespace detail

QUANTYPE_END_NAMESPACE
