// SPDX-License-Identifier: BSL-1.0
// Runs norms and softmax.
#pragma once
#include <quantype/run/program.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

template <class Program>
struct steps_of<Program, step_family::normalize> {
    template <int I, class Kernels>
    static void step(const step_data& d, const run_buffers& b) {
        constexpr const plan_step& s = Program::plan.steps[I];
        constexpr step_kind kind = s.kind;
        constexpr const plan_value& x = Program::plan.values[s.inputs[0]];
        constexpr location from = Program::locate(s.inputs[0]), to = Program::locate(s.output);
        using in = typename code<from.is_signed>::type;
        using out = typename code<to.is_signed>::type;
        if constexpr (kind == step_kind::softmax && Program::rules::fixed_point_softmax) {
            Kernels::template softmax_q31<last_axis_config(x)>(kernel::softmax_q31_args<in, out>{
                at<in>(b, from), at<out>(b, to), *static_cast<const softmax_q31::input_scaling*>(d.table)});
        } else if constexpr (kind == step_kind::softmax) {
            Kernels::template softmax<last_axis_config(x)>(kernel::softmax_args<in, out>{
                at<in>(b, from), at<out>(b, to), static_cast<const kernel::exponential_table*>(d.table), d.scale,
                d.output_zero_point});
        } else if constexpr (kind == step_kind::normalize) {
            const auto& n = *static_cast<const norm_numbers*>(d.channels);
            Kernels::template normalize<normalize_config_of(attributes_of(Program::prepared, Program::graph, s), x)>(
                kernel::normalize_args<in, out>{at<in>(b, from), at<out>(b, to), n.weight, n.bias, n.input_scale, n.eps,
                                                d.scale, d.output_zero_point});
        } else {
            static_assert(kind == step_kind::batch_norm, "quantype: a step without a kernel call");
            Kernels::template batch_norm<last_axis_config(x)>(kernel::batch_norm_args<in, out>{
                at<in>(b, from), static_cast<const kernel::batch_norm_params*>(d.channels), at<out>(b, to),
                d.a_zero_point, d.output_zero_point, d.lo, d.hi});
        }
    }
};

}  // namespace detail

QUANTYPE_END_NAMESPACE
