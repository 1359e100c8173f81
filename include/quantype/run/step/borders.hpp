// SPDX-License-Identifier: BSL-1.0
// Runs the borders: quantize, dequantize, permuted and plain copies.
#pragma once
#include <cstring>

#include <quantype/run/program.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

template <class Program>
struct steps_of<Program, step_family::borders> {
    template <int I, class Kernels>
    static void step(const step_data& d, const run_buffers& b) {
        constexpr const plan_step& s = Program::plan.steps[I];
        constexpr step_kind kind = s.kind;
        constexpr const plan_value& x = Program::plan.values[s.inputs[0]];
        constexpr const plan_value& y = Program::plan.values[s.output];
        constexpr location from = Program::locate(s.inputs[0]), to = Program::locate(s.output);
        using in = typename code<from.is_signed>::type;
        using out = typename code<to.is_signed>::type;
        if constexpr (kind == step_kind::copy) {
            std::memcpy(at<std::byte>(b, to), at<std::byte>(b, from), static_cast<std::size_t>(y.bytes));
        } else if constexpr (kind == step_kind::quantize) {
            Kernels::template quantize<quantize_config_of(y)>(kernel::quantize_args<out>{
                at<float>(b, from), at<out>(b, to), d.scale, d.output_zero_point, d.lo, d.hi});
        } else if constexpr (kind == step_kind::dequantize) {
            Kernels::template dequantize<quantize_config_of(x)>(
                kernel::dequantize_args<in>{at<in>(b, from), at<float>(b, to), d.scale, d.a_zero_point});
        } else if constexpr (kind == step_kind::quantize_dequantize) {
            constexpr const observer_arguments& o = Program::prepared.observer(Program::graph[s.node].observer).args;
            kernel::scalar::quantize_dequantize_dynamic(at<float>(b, from), x.extents.count(),
                                                        dynamic_codes(o.dtype, o.reduce_range), at<float>(b, to));
        } else {
            static_assert(kind == step_kind::permute, "quantype: a step without a kernel call");
            Kernels::template permute<permute_config_of(x, y)>(
                kernel::permute_args<in>{at<in>(b, from), at<in>(b, to)});
        }
    }
};

}  // namespace detail

QUANTYPE_END_NAMESPACE
