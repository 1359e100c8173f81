// SPDX-License-Identifier: BSL-1.0
// Runs ops with a kernel of the backend's own.
#pragma once
#include <quantype/core/value_qparams.hpp>
#include <quantype/kernel/contract/own_op.hpp>
#include <quantype/run/program.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// Calls the kernel of the property, row or backend whose lowering is `Op`.
template <op_id Op, std::size_t Count, class Property>
void run_lowering(Property, const code_tensor (&)[Count], const code_tensor&, const float* const*) {}
template <op_id Op, std::size_t Count, class L>
void run_lowering(property::lowering_is<L>, const code_tensor (&inputs)[Count], const code_tensor& output,
                  const float* const* parameters) {
    if constexpr (Op == id_of<L>) {
        if constexpr (requires { L::run(inputs, output, parameters); })
            L::run(inputs, output, parameters);
        else
            L::run(inputs, output);
    }
}
template <op_id Op, std::size_t Count, class Pattern, class... Properties>
void run_row(const pattern_config<Pattern, Properties...>*, const code_tensor (&inputs)[Count],
             const code_tensor& output, const float* const* parameters) {
    (run_lowering<Op, Count>(Properties{}, inputs, output, parameters), ...);
}
template <op_id Op, std::size_t Count, fixed_string Name, class Engine, class... Configs>
void run_own_op(const backend<Name, Engine, Configs...>*, const code_tensor (&inputs)[Count], const code_tensor& output,
                const float* const* parameters) {
    (run_row<Op, Count>(static_cast<const Configs*>(nullptr), inputs, output, parameters), ...);
}

template <class Program>
struct steps_of<Program, step_family::own_op> {
    template <int I, class Kernels>
    static void step(const step_data& d, const run_buffers& b) {
        constexpr const plan_step& s = Program::plan.steps[I];
        const auto* qparams = static_cast<const value_qparams*>(d.channels);
        const auto view = [&](int v, const value_qparams& q) {
            return code_tensor{at<void>(b, Program::locate(v)), Program::plan.values[v].type,
                               Program::plan.values[v].extents, q.scale, q.zero_point};
        };
        code_tensor inputs[static_cast<std::size_t>(s.input_count)];
        for (int k = 0; k < s.input_count; ++k) inputs[k] = view(s.inputs[k], qparams[k]);
        const auto* table = static_cast<const typename Program::backend_type*>(nullptr);
        run_own_op<Program::graph[s.node].op, std::size_t{s.input_count}>(
            table, inputs, view(s.output, qparams[s.input_count]), static_cast<const float* const*>(d.table));
    }
};

}  // namespace detail

QUANTYPE_END_NAMESPACE
