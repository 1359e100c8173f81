// SPDX-License-Identifier: BSL-1.0
// Runs elementwise ops: sums, products, tables, clamps.
#pragma once
#include <quantype/run/program.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// Rule of an op with two operands.
template <class Rules, step_kind Kind, bool Fast>
struct binary_rule {
    using type = std::conditional_t<Fast, typename Rules::add, typename Rules::add_broadcast>;
};
template <class Rules, bool Fast>
struct binary_rule<Rules, step_kind::mul, Fast> {
    using type = typename Rules::mul;
};

template <class Program>
struct steps_of<Program, step_family::elementwise> {
    template <int I, class Kernels>
    static void step(const step_data& d, const run_buffers& b) {
        constexpr const plan_step& s = Program::plan.steps[I];
        constexpr step_kind kind = s.kind;
        constexpr const plan_value& x = Program::plan.values[s.inputs[0]];
        constexpr location from = Program::locate(s.inputs[0]), to = Program::locate(s.output);
        using in = typename code<from.is_signed>::type;
        using out = typename code<to.is_signed>::type;
        if constexpr (kind == step_kind::clamp) {
            Kernels::template clamp<flat_config(x)>(kernel::clamp_args<in>{at<in>(b, from), at<in>(b, to), d.lo, d.hi});
        } else if constexpr (kind == step_kind::add || kind == step_kind::mul) {
            constexpr const plan_value& z = Program::plan.values[s.inputs[1]];
            constexpr location other = Program::locate(s.inputs[1]);
            constexpr bool fast = x.extents == z.extents && x.type == dtype::quint8;
            using second = typename code<other.is_signed>::type;
            using rule = typename binary_rule<typename Program::rules, kind, fast>::type;
            Kernels::template elementwise<elementwise_config_of(x, z), rule>(
                kernel::elementwise_args<in, second, out, typename rule::params>{
                    at<in>(b, from), at<second>(b, other), at<out>(b, to),
                    *static_cast<const typename rule::params*>(d.channels), d.a_zero_point, d.b_zero_point,
                    d.output_zero_point, d.lo, d.hi});
        } else if constexpr (kind == step_kind::channel_lookup) {
            Kernels::template channel_lookup<channel_lookup_config_of(x)>(kernel::channel_lookup_args<in, out>{
                at<in>(b, from), at<out>(b, to), static_cast<const kernel::lookup_table<out>*>(d.table)});
        } else {
            static_assert(kind == step_kind::lookup || kind == step_kind::add_scalar || kind == step_kind::mul_scalar,
                          "quantype: a step without a kernel call");
            Kernels::template lookup<flat_config(x)>(kernel::lookup_args<in, out>{
                at<in>(b, from), at<out>(b, to), static_cast<const kernel::lookup_table<out>*>(d.table)});
        }
    }
};

}  // namespace detail

QUANTYPE_END_NAMESPACE
