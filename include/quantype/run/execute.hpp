// SPDX-License-Identifier: BSL-1.0
// The executor: one kernel call a step, unrolled by the compiler. Kernels are keyed by configuration, so steps of equal
// shape share code; nothing is decided at run time.
#pragma once
#include <cstring>
#include <type_traits>
#include <utility>

#include <quantype/kernel/float32/evaluate.hpp>
#include <quantype/kernel/scalar/kernels.hpp>
#include <quantype/lower/arithmetic.hpp>
#include <quantype/lower/step_config.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Where a run reads and writes. The arena holds stage::plan<...>.arena_bytes bytes, aligned to arena_alignment.
struct run_buffers {
    std::byte* arena = nullptr;
    const float* const* inputs = nullptr;
    float* const* outputs = nullptr;
    const float* const* constants = nullptr;  ///< parameters that float steps read as values, by trace parameter
};

/// Called after every step with the step's number; the default does nothing and costs nothing.
struct no_hook {
    template <int Step>
    static constexpr void after(const run_buffers&) {}
};

namespace detail {

/// A place of the plan with the offset that belongs to it, and the type of the codes there.
struct location {
    value_place place = value_place::arena;
    int offset = 0;
    bool is_signed = false;
};

template <class T>
inline __attribute__((always_inline)) T* at(const run_buffers& b, location l) {
    switch (l.place) {
        case value_place::output: return reinterpret_cast<T*>(b.outputs[l.offset]);
        case value_place::input: return const_cast<T*>(reinterpret_cast<const T*>(b.inputs[l.offset]));
        case value_place::constant: return const_cast<T*>(reinterpret_cast<const T*>(b.constants[l.offset]));
        default: return reinterpret_cast<T*>(b.arena + l.offset);
    }
}

// A class, not an alias: GCC 12 loses local constants that reach an alias template's argument.
template <bool Signed>
struct code {
    using type = std::conditional_t<Signed, std::int8_t, std::uint8_t>;
};

/// Rule of an op with two operands.
template <class Rules, step_kind Kind, bool Fast>
struct binary_rule {
    using type = std::conditional_t<Fast, typename Rules::add, typename Rules::add_broadcast>;
};
template <class Rules, bool Fast>
struct binary_rule<Rules, step_kind::mul, Fast> {
    using type = typename Rules::mul;
};
template <class Rules, bool Fast>
struct binary_rule<Rules, step_kind::matmul, Fast> {
    using type = typename Rules::matrix;
};

/// One function a step, named by its number alone and without helpers of its own: what a step costs in symbols and
/// debug info is what a layer costs.
template <class Net, class Backend, class Mapping>
struct program {
    static constexpr const auto& plan = stage::plan<Net, Backend, Mapping>;
    static constexpr prepared_view prepared = prepared_view_of<Net, Backend, Mapping>();
    static constexpr graph_view graph = stage::lowered<Net, Backend, Mapping>.view();
    using rules = arithmetic<typename Backend::engine>;

    static constexpr location locate(int v) {
        while (plan.values[v].place == value_place::alias) v = plan.values[v].offset;
        return {plan.values[v].place, plan.values[v].offset, plan.values[v].type == dtype::qint8};
    }

    template <int I, class Kernels>
    static void step(const step_data& d, const run_buffers& b) {
        constexpr const plan_step& s = plan.steps[I];
        constexpr step_kind kind = s.kind;
        constexpr const plan_value& x = plan.values[s.inputs[0]];
        constexpr const plan_value& y = plan.values[s.output];
        constexpr location from = locate(s.inputs[0]), to = locate(s.output);
        using in = typename code<from.is_signed>::type;
        using out = typename code<to.is_signed>::type;
        if constexpr (kind == step_kind::float_op) {
            float_step<I>(d, b);
        } else if constexpr (kind == step_kind::copy) {
            std::memcpy(at<float>(b, to), at<float>(b, from), static_cast<std::size_t>(y.bytes));
        } else if constexpr (kind == step_kind::quantize) {
            Kernels::template quantize<quantize_config_of(y)>(
                kernel::quantize_args<out>{at<float>(b, from), at<out>(b, to), d.scale, d.output_zero_point});
        } else if constexpr (kind == step_kind::dequantize) {
            Kernels::template dequantize<quantize_config_of(x)>(
                kernel::dequantize_args<in>{at<in>(b, from), at<float>(b, to), d.scale, d.a_zero_point});
        } else if constexpr (kind == step_kind::linear_dynamic) {
            constexpr location codes = locate(s.scratch);
            Kernels::template linear_dynamic<linear_config_of(attributes_of(prepared, graph, s), x)>(
                {at<float>(b, from), at<std::uint8_t>(b, codes), static_cast<const std::int8_t*>(d.weight),
                 static_cast<const float*>(d.table), static_cast<const float*>(d.channels), at<float>(b, to), 0, d.relu,
                 d.reduce_range});
        } else if constexpr (kind == step_kind::permute) {
            Kernels::template permute<permute_config_of(x, y)>(
                kernel::permute_args<in>{at<in>(b, from), at<in>(b, to)});
        } else if constexpr (kind == step_kind::conv || kind == step_kind::linear) {
            constexpr const attributes& a = attributes_of(prepared, graph, s);
            using policy = typename rules::matrix;
            const auto* weight = static_cast<const std::int8_t*>(d.weight);
            const auto* channels = static_cast<const typename policy::params*>(d.channels);
            if constexpr (kind == step_kind::linear)
                Kernels::template linear<linear_config_of(a, x), policy, in, out>({at<in>(b, from), weight, channels,
                                                                                   at<out>(b, to), d.a_zero_point, 0,
                                                                                   d.output_zero_point, d.lo, d.hi});
            else if constexpr (a.geometry.rank == 3)
                Kernels::template conv3d<conv3d_config_of(a, x), policy, in, out>({at<in>(b, from), weight, channels,
                                                                                   at<out>(b, to), d.a_zero_point, 0,
                                                                                   d.output_zero_point, d.lo, d.hi});
            else
                Kernels::template conv2d<conv2d_config_of(a, x, y), policy, in, out>({at<in>(b, from), weight, channels,
                                                                                      at<out>(b, to), d.a_zero_point, 0,
                                                                                      d.output_zero_point, d.lo, d.hi});
        } else if constexpr (kind == step_kind::clamp) {
            Kernels::template clamp<flat_config(x)>(kernel::clamp_args<in>{at<in>(b, from), at<in>(b, to), d.lo, d.hi});
        } else if constexpr (kind == step_kind::lookup || kind == step_kind::add_scalar ||
                             kind == step_kind::mul_scalar) {
            Kernels::template lookup<flat_config(x)>(kernel::lookup_args<in, out>{
                at<in>(b, from), at<out>(b, to), static_cast<const kernel::lookup_table<out>*>(d.table)});
        } else if constexpr (kind == step_kind::softmax && rules::fixed_point_softmax) {
            Kernels::template softmax_q31<last_axis_config(x)>(kernel::softmax_q31_args<in, out>{
                at<in>(b, from), at<out>(b, to), *static_cast<const softmax_q31::input_scaling*>(d.table)});
        } else if constexpr (kind == step_kind::softmax) {
            Kernels::template softmax<last_axis_config(x)>(kernel::softmax_args<in, out>{
                at<in>(b, from), at<out>(b, to), static_cast<const kernel::exponential_table*>(d.table), d.scale,
                d.output_zero_point});
        } else if constexpr (kind == step_kind::batch_norm) {
            Kernels::template batch_norm<last_axis_config(x)>(kernel::batch_norm_args<in, out>{
                at<in>(b, from), static_cast<const kernel::batch_norm_params*>(d.channels), at<out>(b, to),
                d.a_zero_point, d.output_zero_point, d.lo, d.hi});
        } else if constexpr (kind == step_kind::cat) {
            const auto* operands = static_cast<const cat_operand*>(d.channels);
            kernel::cat_args<out> args;
            for (int k = 0; k < s.input_count; ++k)
                args.inputs[k] = {at<out>(b, locate(s.inputs[k])), operands[k].scale, operands[k].zero_point,
                                  operands[k].keep};
            args.output = at<out>(b, to);
            args.inverse_output_scale = d.scale;
            args.output_zero_point = d.output_zero_point;
            args.output_lo = d.lo;
            args.output_hi = d.hi;
            Kernels::template cat<cat_config_of(attributes_of(prepared, graph, s), plan.values, s)>(args);
        } else if constexpr (kind == step_kind::add || kind == step_kind::mul || kind == step_kind::matmul) {
            constexpr const plan_value& z = plan.values[s.inputs[1]];
            constexpr location other = locate(s.inputs[1]);
            constexpr bool fast = x.extents == z.extents && x.type == dtype::quint8;
            using second = typename code<other.is_signed>::type;
            using rule = typename binary_rule<rules, kind, fast>::type;
            const auto& params = *static_cast<const typename rule::params*>(d.channels);
            if constexpr (kind == step_kind::matmul)
                Kernels::template matmul<matmul_config_of(x, z), rule>(
                    kernel::matmul_args<in, second, out, typename rule::params>{
                        at<in>(b, from), at<second>(b, other), at<out>(b, to), params, d.a_zero_point, d.b_zero_point,
                        d.output_zero_point, d.lo, d.hi});
            else
                Kernels::template elementwise<elementwise_config_of(x, z), rule>(
                    kernel::elementwise_args<in, second, out, typename rule::params>{
                        at<in>(b, from), at<second>(b, other), at<out>(b, to), params, d.a_zero_point, d.b_zero_point,
                        d.output_zero_point, d.lo, d.hi});
        } else if constexpr (kind == step_kind::max_pool) {
            Kernels::template max_pool2d<max_pool_config_of(attributes_of(prepared, graph, s), x, y,
                                                            rules::mobile_pools)>(
                kernel::max_pool2d_args<in>{at<in>(b, from), at<in>(b, to), d.lo, d.hi});
        } else if constexpr (kind == step_kind::avg_pool) {
            Kernels::template avg_pool2d<avg_pool_config_of(attributes_of(prepared, graph, s), x, y, rules::average)>(
                kernel::avg_pool2d_args<in>{at<in>(b, from), at<in>(b, to), d.a_zero_point, d.lo, d.hi});
        } else {
            static_assert(kind == step_kind::adaptive_avg_pool, "quantype: a step without a kernel call");
            Kernels::template adaptive_avg_pool2d<adaptive_config_of(x, y, rules::average)>(
                kernel::avg_pool2d_args<in>{at<in>(b, from), at<in>(b, to), d.a_zero_point, d.lo, d.hi});
        }
    }

    /// A float op, or the parts of a fused one in turn: the later parts are elementwise and run in place.
    template <int I>
    static void float_step(const step_data& d, const run_buffers& b) {
        constexpr const plan_step& s = plan.steps[I];
        constexpr const node& n = graph[s.node];
        const auto* parameters = static_cast<const float* const*>(d.table);
        const tensor_view<float> out{at<float>(b, locate(s.output)), plan.values[s.output].extents};
        tensor_view<const float> in[max_step_inputs];
        for (int k = 0; k < s.input_count; ++k)
            in[k] = {at<float>(b, locate(s.inputs[k])), plan.values[s.inputs[k]].extents};
        attributes a = attributes_of(prepared, graph, s);
        if (n.kind == node_kind::call_module && parameters[0] != nullptr &&
            (a.code == op_code::linear || a.code == op_code::conv))
            a.bias = parameters[1] != nullptr;  // folding a batch norm adds a bias
        kernel::float32::evaluate(a, in, s.input_count, parameters, out);
        if constexpr (n.fusion >= 0) {
            constexpr const fusion& f = graph.fusions[n.fusion];
            for (int k = f.folds_batch_norm ? 2 : 1; k < f.count; ++k) {
                const tensor_view<const float> x = out;
                kernel::float32::evaluate(prepared.trace.calls[f.parts[k]].attrs(), &x, 1, parameters + 4 * k, out);
            }
        }
    }

    template <class Kernels, class Hook, std::size_t... I>
    static void run(const step_data* data, const run_buffers& b, std::index_sequence<I...>) {
        const int order[] = {
            (step<static_cast<int>(I), Kernels>(data[I], b), Hook::template after<static_cast<int>(I)>(b), 0)..., 0};
        static_cast<void>(order);
    }
};

}  // namespace detail

/// Runs the plan of a lowered model with a set of kernels.
template <class Net, class Backend, class Mapping, class Kernels, class Hook = no_hook>
void execute(const step_data* data, const run_buffers& buffers) {
    using program = detail::program<Net, Backend, Mapping>;
    program::template run<Kernels, Hook>(
        data, buffers, std::make_index_sequence<static_cast<std::size_t>(program::plan.step_count)>{});
}

QUANTYPE_END_NAMESPACE
