// SPDX-License-Identifier: BSL-1.0
// Runs standalone modules: each is a program of its own, whose arena is the step's scratch.
#pragma once
#include <quantype/run/program.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// Number of the standalone module that node `i` calls.
template <class Program>
constexpr int part_of_node(int i) {
    int k = 0;
    while (Program::prepared.parts[k].node != i) ++k;
    return k;
}

template <class Program>
struct steps_of<Program, step_family::standalone> {
    template <int I, class Kernels>
    static void step(const step_data& d, const run_buffers& b) {
        constexpr const plan_step& s = Program::plan.steps[I];
        using one = part<typename Program::net, typename Program::backend_type, typename Program::mapping,
                         part_of_node<Program>(s.node)>;
        const auto& program = *static_cast<const part_program*>(d.table);
        const float* inputs[static_cast<std::size_t>(s.input_count)];
        for (int k = 0; k < s.input_count; ++k) inputs[k] = at<float>(b, Program::locate(s.inputs[k]));
        float* const outputs[] = {at<float>(b, Program::locate(s.output))};
        execute<typename one::net, typename Program::backend_type, typename one::mapping, Kernels>(
            program.steps, {at<std::byte>(b, Program::locate(s.scratch)), inputs, outputs, program.constants});
    }
};

}  // namespace detail

QUANTYPE_END_NAMESPACE
