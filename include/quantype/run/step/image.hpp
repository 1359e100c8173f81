// SPDX-License-Identifier: BSL-1.0
// Runs pools.
#pragma once
#include <quantype/run/program.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

template <class Program>
struct steps_of<Program, step_family::image> {
    template <int I, class Kernels>
    static void step(const step_data& d, const run_buffers& b) {
        constexpr const plan_step& s = Program::plan.steps[I];
        constexpr step_kind kind = s.kind;
        constexpr const plan_value& x = Program::plan.values[s.inputs[0]];
        constexpr const plan_value& y = Program::plan.values[s.output];
        constexpr location from = Program::locate(s.inputs[0]), to = Program::locate(s.output);
        using in = typename code<from.is_signed>::type;
        constexpr const attributes& a = attributes_of(Program::prepared, Program::graph, s);
        using rules = typename Program::rules;
        if constexpr (kind == step_kind::resize) {
            Kernels::template resize<resize_config_of(a, x, y)>(
                kernel::resize_args<in>{at<in>(b, from), at<in>(b, to), d.a_zero_point});
        } else if constexpr (kind == step_kind::max_pool && a.geometry.rank == 3) {
            Kernels::template max_pool3d<max_pool3d_config_of(a, x, y)>(
                kernel::max_pool3d_args<in>{at<in>(b, from), at<in>(b, to), d.lo, d.hi});
        } else if constexpr (kind == step_kind::avg_pool && a.geometry.rank == 3) {
            Kernels::template avg_pool3d<avg_pool3d_config_of(a, x, y)>(
                kernel::avg_pool3d_args<in>{at<in>(b, from), at<in>(b, to), d.a_zero_point, d.lo, d.hi});
        } else if constexpr (a.code == op_code::adaptive_avg_pool && x.extents.rank == 5) {
            Kernels::template avg_pool3d<adaptive3d_config_of(x, y)>(
                kernel::avg_pool3d_args<in>{at<in>(b, from), at<in>(b, to), d.a_zero_point, d.lo, d.hi});
        } else if constexpr (kind == step_kind::max_pool) {
            Kernels::template max_pool2d<max_pool_config_of(a, x, y, rules::mobile_pools)>(
                kernel::max_pool2d_args<in>{at<in>(b, from), at<in>(b, to), d.lo, d.hi});
        } else if constexpr (kind == step_kind::avg_pool) {
            Kernels::template avg_pool2d<avg_pool_config_of(a, x, y, rules::average)>(
                kernel::avg_pool2d_args<in>{at<in>(b, from), at<in>(b, to), d.a_zero_point, d.lo, d.hi});
        } else {
            static_assert(kind == step_kind::adaptive_avg_pool, "quantype: a step without a kernel call");
            Kernels::template adaptive_avg_pool2d<adaptive_config_of(x, y, rules::average)>(
                kernel::avg_pool2d_args<in>{at<in>(b, from), at<in>(b, to), d.a_zero_point, d.lo, d.hi});
        }
    }
};

}  // namespace detail

QUANTYPE_END_NAMESPACE
