// SPDX-License-Identifier: BSL-1.0
// Runs linear layers, convolutions and matrix products.
#pragma once
#include <quantype/run/program.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

template <class Program>
struct steps_of<Program, step_family::matrix> {
    template <int I, class Kernels>
    static void step(const step_data& d, const run_buffers& b) {
        constexpr const plan_step& s = Program::plan.steps[I];
        constexpr step_kind kind = s.kind;
        constexpr const plan_value& x = Program::plan.values[s.inputs[0]];
        constexpr const plan_value& y = Program::plan.values[s.output];
        constexpr location from = Program::locate(s.inputs[0]), to = Program::locate(s.output);
        using in = typename code<from.is_signed>::type;
        using out = typename code<to.is_signed>::type;
        constexpr const attributes& a = attributes_of(Program::prepared, Program::graph, s);
        using policy = typename product_rule<typename Program::rules,
                                             tail_of(Program::prepared.trace, Program::graph, s.node)>::type;
        const auto* weight = static_cast<const std::int8_t*>(d.weight);
        const auto* channels = static_cast<const typename policy::params*>(d.channels);
        if constexpr (kind == step_kind::linear_dynamic) {
            constexpr location codes = Program::locate(s.scratch);
            Kernels::template linear_dynamic<linear_config_of(a, x)>(
                {at<float>(b, from), at<std::uint8_t>(b, codes), weight, static_cast<const float*>(d.table),
                 static_cast<const float*>(d.channels), at<float>(b, to), 0, d.relu, d.reduce_range});
        } else if constexpr (kind == step_kind::linear) {
            Kernels::template linear<linear_config_of(a, x), policy, in, out>({at<in>(b, from), weight, channels,
                                                                               at<out>(b, to), d.a_zero_point, 0,
                                                                               d.output_zero_point, d.lo, d.hi});
        } else if constexpr ((kind == step_kind::conv || kind == step_kind::conv_transpose) && a.geometry.rank == 3) {
            Kernels::template conv3d<conv3d_config_of(a, x), policy, in, out>({at<in>(b, from), weight, channels,
                                                                               at<out>(b, to), d.a_zero_point, 0,
                                                                               d.output_zero_point, d.lo, d.hi});
        } else if constexpr (kind == step_kind::conv_transpose) {
            Kernels::template conv_transpose2d<conv_transpose2d_config_of(a, x, y), policy, in, out>(
                {at<in>(b, from), weight, channels, at<out>(b, to), d.a_zero_point, 0, d.output_zero_point, d.lo,
                 d.hi});
        } else if constexpr (kind == step_kind::conv_add) {
            constexpr const plan_value& z = Program::plan.values[s.inputs[1]];
            constexpr location other = Program::locate(s.inputs[1]);
            using second = typename code<other.is_signed>::type;
            using rule = fused_sum_rule;
            Kernels::template conv2d_add<conv2d_add_config_of(a, x, z, y), rule, in, second, out>(
                {at<in>(b, from), weight, static_cast<const typename rule::channel::params*>(d.channels),
                 at<second>(b, other), at<out>(b, to), *static_cast<const typename rule::params*>(d.table),
                 d.a_zero_point, 0, d.b_zero_point, d.output_zero_point, d.lo, d.hi});
        } else if constexpr (kind == step_kind::conv) {
            Kernels::template conv2d<conv2d_config_of(a, x, y), policy, in, out>({at<in>(b, from), weight, channels,
                                                                                  at<out>(b, to), d.a_zero_point, 0,
                                                                                  d.output_zero_point, d.lo, d.hi});
        } else {
            static_assert(kind == step_kind::matmul, "quantype: a step without a kernel call");
            constexpr const plan_value& z = Program::plan.values[s.inputs[1]];
            constexpr location other = Program::locate(s.inputs[1]);
            using second = typename code<other.is_signed>::type;
            Kernels::template matmul<matmul_config_of(x, z), policy>(
                kernel::matmul_args<in, second, out, typename policy::params>{
                    at<in>(b, from), at<second>(b, other), at<out>(b, to), *channels, d.a_zero_point, d.b_zero_point,
                    d.output_zero_point, d.lo, d.hi});
        }
    }
};

}  // namespace detail

QUANTYPE_END_NAMESPACE
