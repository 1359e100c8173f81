// SPDX-License-Identifier: BSL-1.0
// Runs ops that move codes.
#pragma once
#include <quantype/run/program.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

template <class Program>
struct steps_of<Program, step_family::shape> {
    template <int I, class Kernels>
    static void step(const step_data& d, const run_buffers& b) {
        constexpr const plan_step& s = Program::plan.steps[I];
        constexpr location to = Program::locate(s.output);
        using out = typename code<to.is_signed>::type;
        if constexpr (s.kind == step_kind::move || s.kind == step_kind::expand) {
            constexpr const plan_value& x = Program::plan.values[s.inputs[0]];
            constexpr kernel::transpose_config config =
                s.kind == step_kind::expand ? expand_config_of(x, Program::plan.values[s.output])
                                            : move_config_of(attributes_of(Program::prepared, Program::graph, s), x);
            Kernels::template transpose<config>(
                kernel::transpose_args<out>{at<out>(b, Program::locate(s.inputs[0])), at<out>(b, to)});
        } else {
            static_assert(s.kind == step_kind::cat, "quantype: a step without a kernel call");
            const auto* operands = static_cast<const cat_operand*>(d.channels);
            kernel::cat_args<out> args;
            for (int k = 0; k < s.input_count; ++k)
                args.inputs[k] = {at<out>(b, Program::locate(s.inputs[k])), operands[k].scale, operands[k].zero_point,
                                  operands[k].keep};
            args.output = at<out>(b, to);
            args.inverse_output_scale = d.scale;
            args.output_zero_point = d.output_zero_point;
            args.output_lo = d.lo;
            args.output_hi = d.hi;
            Kernels::template cat<cat_config_of(attributes_of(Program::prepared, Program::graph, s),
                                                Program::plan.values, s)>(args);
        }
    }
};

}  // namespace detail

QUANTYPE_END_NAMESPACE
