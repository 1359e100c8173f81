// SPDX-License-Identifier: BSL-1.0
// The executor: one kernel call a step, unrolled by the compiler. Kernels are keyed by configuration, so steps of equal
// shape share code; nothing is decided at run time.
#pragma once
#include <cstring>
#include <type_traits>
#include <utility>

#include <quantype/kernel/float32/evaluate.hpp>
#include <quantype/kernel/scalar/kernels.hpp>
#include <quantype/kernel/scalar/softmax_q31.hpp>
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

template <class Net, class Backend, class Mapping>
struct program {
    static constexpr const auto& plan = stage::plan<Net, Backend, Mapping>;
    static constexpr prepared_view prepared = prepared_view_of<Net, Backend, Mapping>();
    static constexpr graph_view graph = stage::lowered<Net, Backend, Mapping>.view();
    using rules = arithmetic<typename Backend::engine>;

    static constexpr const plan_value& value(int v) { return plan.values[v]; }
    static constexpr int resolve(int v) {
        while (plan.values[v].place == value_place::alias) v = plan.values[v].offset;
        return v;
    }
    // A class, not an alias: GCC 12 loses local constants that reach an alias template's argument.
    template <int V>
    struct code {
        using type = std::conditional_t<plan.values[V].type == dtype::qint8, std::int8_t, std::uint8_t>;
    };

    /// Address of a value.
    template <int V, class T>
    static T* at(const run_buffers& b) {
        constexpr const plan_value& v = plan.values[resolve(V)];
        if constexpr (v.place == value_place::arena)
            return reinterpret_cast<T*>(b.arena + v.offset);
        else if constexpr (v.place == value_place::output)
            return reinterpret_cast<T*>(b.outputs[v.offset]);
        else if constexpr (v.place == value_place::input)
            return const_cast<T*>(reinterpret_cast<const T*>(b.inputs[v.offset]));
        else
            return const_cast<T*>(reinterpret_cast<const T*>(b.constants[v.offset]));
    }

    template <int I, class Kernels>
    static void step(const step_data& d, const run_buffers& b) {
        constexpr const plan_step& s = plan.steps[I];
        constexpr step_kind kind = s.kind;
        if constexpr (kind == step_kind::float_op)
            float_step<I>(d, b);
        else if constexpr (kind == step_kind::copy)
            std::memcpy(at<s.output, float>(b), at<s.inputs[0], float>(b), static_cast<std::size_t>(value(s.output).bytes));
        else if constexpr (kind == step_kind::linear_dynamic)
            dynamic_step<I, Kernels>(d, b);
        else if constexpr (kind == step_kind::quantize)
            Kernels::template quantize<quantize_config_of(value(s.output))>(
                kernel::quantize_args<typename code<plan.steps[I].output>::type>{
                    at<s.inputs[0], float>(b), at<s.output, typename code<plan.steps[I].output>::type>(b), d.scale,
                    d.output_zero_point});
        else if constexpr (kind == step_kind::dequantize)
            Kernels::template dequantize<quantize_config_of(value(s.inputs[0]))>(
                kernel::dequantize_args<typename code<plan.steps[I].inputs[0]>::type>{at<s.inputs[0], typename code<plan.steps[I].inputs[0]>::type>(b),
                                                              at<s.output, float>(b), d.scale, d.a_zero_point});
        else
            code_step<I, Kernels>(d, b);
    }

    /// Steps from codes to codes.
    template <int I, class Kernels>
    static void code_step(const step_data& d, const run_buffers& b) {
        constexpr const plan_step& s = plan.steps[I];
        constexpr step_kind kind = s.kind;
        constexpr const plan_value& x = value(s.inputs[0]);
        constexpr const plan_value& y = value(s.output);
        using in = typename code<plan.steps[I].inputs[0]>::type;
        using out = typename code<plan.steps[I].output>::type;
        const in* from = at<s.inputs[0], in>(b);
        out* to = at<s.output, out>(b);
        if constexpr (kind == step_kind::permute) {
            Kernels::template permute<permute_config_of(x, y)>(kernel::permute_args<in>{from, to});
        } else if constexpr (kind == step_kind::conv || kind == step_kind::linear) {
            matrix_step<I, Kernels>(d, from, to);
        } else if constexpr (kind == step_kind::clamp) {
            Kernels::template clamp<flat_config(x)>(kernel::clamp_args<in>{from, to, d.lo, d.hi});
        } else if constexpr (kind == step_kind::lookup || kind == step_kind::add_scalar || kind == step_kind::mul_scalar) {
            Kernels::template lookup<flat_config(x)>(
                kernel::lookup_args<in, out>{from, to, static_cast<const kernel::lookup_table<out>*>(d.table)});
        } else if constexpr (kind == step_kind::softmax) {
            softmax_step<I, Kernels>(d, from, to);
        } else if constexpr (kind == step_kind::batch_norm) {
            Kernels::template batch_norm<last_axis_config(x)>(kernel::batch_norm_args<in, out>{
                from, static_cast<const kernel::batch_norm_params*>(d.channels), to, d.a_zero_point, d.output_zero_point,
                d.lo, d.hi});
        } else if constexpr (kind == step_kind::cat) {
            cat_step<I, Kernels>(d, b, to, std::make_index_sequence<static_cast<std::size_t>(s.input_count)>{});
        } else if constexpr (kind == step_kind::add || kind == step_kind::mul || kind == step_kind::matmul) {
            binary_step<I, Kernels>(d, b, from, to);
        } else {
            pool_step<I, Kernels>(d, from, to);
        }
    }

    template <int I, class Kernels, class In, class Out>
    static void matrix_step(const step_data& d, const In* from, Out* to) {
        constexpr const plan_step& s = plan.steps[I];
        constexpr const attributes& a = attributes_of(prepared, graph, s);
        using policy = typename rules::matrix;
        const auto* weight = static_cast<const std::int8_t*>(d.weight);
        const auto* channels = static_cast<const typename policy::params*>(d.channels);
        if constexpr (s.kind == step_kind::linear)
            Kernels::template linear<linear_config_of(a, value(s.inputs[0])), policy, In, Out>(
                {from, weight, channels, to, d.a_zero_point, 0, d.output_zero_point, d.lo, d.hi});
        else if constexpr (a.geometry.rank == 3)
            Kernels::template conv3d<conv3d_config_of(a, value(s.inputs[0])), policy, In, Out>(
                {from, weight, channels, to, d.a_zero_point, 0, d.output_zero_point, d.lo, d.hi});
        else
            Kernels::template conv2d<conv2d_config_of(a, value(s.inputs[0]), value(s.output)), policy, In, Out>(
                {from, weight, channels, to, d.a_zero_point, 0, d.output_zero_point, d.lo, d.hi});
    }

    /// The fixed-point form is integers only and its rows are short: every kernel set shares the scalar one.
    template <int I, class Kernels, class In, class Out>
    static void softmax_step(const step_data& d, const In* from, Out* to) {
        constexpr kernel::rows_config config = last_axis_config(value(plan.steps[I].inputs[0]));
        if constexpr (rules::fixed_point_softmax)
            kernel::scalar::softmax_q31<config>(
                kernel::softmax_q31_args<In, Out>{from, to, *static_cast<const softmax_q31::input_scaling*>(d.table)});
        else
            Kernels::template softmax<config>(kernel::softmax_args<In, Out>{
                from, to, static_cast<const kernel::exponential_table*>(d.table), d.scale, d.output_zero_point});
    }

    template <int I, class Kernels, class In, class Out>
    static void pool_step(const step_data& d, const In* from, Out* to) {
        constexpr const plan_step& s = plan.steps[I];
        constexpr const attributes& a = attributes_of(prepared, graph, s);
        constexpr const plan_value& x = value(s.inputs[0]);
        constexpr const plan_value& y = value(s.output);
        if constexpr (s.kind == step_kind::max_pool)
            Kernels::template max_pool2d<max_pool_config_of(a, x, y, rules::mobile_pools)>(
                kernel::max_pool2d_args<In>{from, to, d.lo, d.hi});
        else if constexpr (s.kind == step_kind::avg_pool)
            Kernels::template avg_pool2d<avg_pool_config_of(a, x, y, rules::average)>(
                kernel::avg_pool2d_args<In>{from, to, d.a_zero_point, d.lo, d.hi});
        else
            Kernels::template adaptive_avg_pool2d<adaptive_config_of(x, y, rules::average)>(
                kernel::avg_pool2d_args<In>{from, to, d.a_zero_point, d.lo, d.hi});
    }

    template <int I, class Kernels, class In, class Out>
    static void binary_step(const step_data& d, const run_buffers& b, const In* from, Out* to) {
        constexpr const plan_step& s = plan.steps[I];
        constexpr const plan_value& x = value(s.inputs[0]);
        constexpr const plan_value& y = value(s.inputs[1]);
        using second = typename code<plan.steps[I].inputs[1]>::type;
        const second* other = at<s.inputs[1], second>(b);
        if constexpr (s.kind == step_kind::matmul) {
            using rule = typename rules::matrix;
            Kernels::template matmul<matmul_config_of(x, y), rule>(kernel::matmul_args<In, second, Out, typename rule::params>{
                from, other, to, *static_cast<const typename rule::params*>(d.channels), d.a_zero_point, d.b_zero_point,
                d.output_zero_point, d.lo, d.hi});
        } else {
            constexpr bool fast = x.extents == y.extents && x.type == dtype::quint8;
            using rule = std::conditional_t<s.kind == step_kind::mul, typename rules::mul,
                                            std::conditional_t<fast, typename rules::add, typename rules::add_broadcast>>;
            Kernels::template elementwise<elementwise_config_of(x, y), rule>(
                kernel::elementwise_args<In, second, Out, typename rule::params>{
                    from, other, to, *static_cast<const typename rule::params*>(d.channels), d.a_zero_point,
                    d.b_zero_point, d.output_zero_point, d.lo, d.hi});
        }
    }

    template <int I, class Kernels, class Out, std::size_t... K>
    static void cat_step(const step_data& d, const run_buffers& b, Out* to, std::index_sequence<K...>) {
        constexpr const plan_step& s = plan.steps[I];
        constexpr const attributes& a = attributes_of(prepared, graph, s);
        const auto* operands = static_cast<const cat_operand*>(d.channels);
        kernel::cat_args<Out> args;
        ((args.inputs[K] = {at<s.inputs[K], Out>(b), operands[K].scale, operands[K].zero_point, operands[K].keep}), ...);
        args.output = to;
        args.inverse_output_scale = d.scale;
        args.output_zero_point = d.output_zero_point;
        args.output_lo = d.lo;
        args.output_hi = d.hi;
        Kernels::template cat<cat_config_of(a, plan.values, s)>(args);
    }

    template <int I, class Kernels>
    static void dynamic_step(const step_data& d, const run_buffers& b) {
        constexpr const plan_step& s = plan.steps[I];
        constexpr const attributes& a = attributes_of(prepared, graph, s);
        kernel::linear_dynamic_args args;
        args.input = at<s.inputs[0], float>(b);
        args.codes = at<s.scratch, std::uint8_t>(b);
        args.weight = static_cast<const std::int8_t*>(d.weight);
        args.weight_scales = static_cast<const float*>(d.table);
        args.bias = static_cast<const float*>(d.channels);
        args.output = at<s.output, float>(b);
        args.relu = d.relu;
        args.reduce_range = d.reduce_range;
        Kernels::template linear_dynamic<linear_config_of(a, value(s.inputs[0]))>(args);
    }

    /// A float op, or the parts of a fused one in turn: the later parts are elementwise and run in place.
    template <int I>
    static void float_step(const step_data& d, const run_buffers& b) {
        constexpr const plan_step& s = plan.steps[I];
        constexpr const node& n = graph[s.node];
        const auto* parameters = static_cast<const float* const*>(d.table);
        const tensor_view<float> out{at<s.output, float>(b), value(s.output).extents};
        float_inputs<I>(d, b, out, std::make_index_sequence<static_cast<std::size_t>(s.input_count)>{});
        if constexpr (n.fusion >= 0) {
            constexpr const fusion& f = graph.fusions[n.fusion];
            for (int k = f.folds_batch_norm ? 2 : 1; k < f.count; ++k) {
                const tensor_view<const float> x = out;
                kernel::float32::evaluate(prepared.trace.calls[f.parts[k]].attrs(), &x, 1, parameters + 4 * k, out);
            }
        }
    }
    template <int I, std::size_t... K>
    static void float_inputs(const step_data& d, const run_buffers& b, tensor_view<float> out, std::index_sequence<K...>) {
        constexpr const plan_step& s = plan.steps[I];
        const tensor_view<const float> in[] = {{at<s.inputs[K], float>(b), value(s.inputs[K]).extents}...};
        const auto* parameters = static_cast<const float* const*>(d.table);
        attributes a = attributes_of(prepared, graph, s);
        if (graph[s.node].kind == node_kind::call_module && parameters[0] != nullptr &&
            (a.code == op_code::linear || a.code == op_code::conv))
            a.bias = parameters[1] != nullptr;  // folding a batch norm adds a bias
        kernel::float32::evaluate(a, in, s.input_count, parameters, out);
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
