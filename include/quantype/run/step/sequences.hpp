// SPDX-License-Identifier: BSL-1.0
// Runs recurrent layers, embedding tables and float16 ops.
#pragma once
#include <quantype/kernel/float32/embedding.hpp>
#include <quantype/kernel/float32/recurrent.hpp>
#include <quantype/numerics/half.hpp>
#include <quantype/run/program.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// The products of a recurrent layer with int8 weights: the input of each is quantized with a scale of its own.
template <class Kernels, kernel::float32::recurrent_shape S>
struct dynamic_products {
    const recurrent_weight* weights = nullptr;
    std::uint8_t* codes = nullptr;
    bool reduce_range = false;

    void of_input(int block, const float* x, float* y) const {
        if constexpr (S.layers > 1) {
            if (block >= S.directions) return product<S.rows(), S.width(1)>(2 * block, x, y);
        }
        product<S.rows(), S.in>(2 * block, x, y);
    }
    void of_state(int block, const float* h, float* y) const { product<S.batch, S.hidden>(2 * block + 1, h, y); }

private:
    template <int Rows, int In>
    void product(int number, const float* x, float* y) const {
        constexpr kernel::linear_config config = linear_rows(Rows, In, S.gates * S.hidden);
        const recurrent_weight& w = weights[number];
        Kernels::template linear_dynamic<config>(
            {x, codes, static_cast<const std::int8_t*>(w.weight), w.scales, w.bias, y, 0, false, reduce_range});
    }
};

/// The same with weights in half precision.
struct half_products {
    kernel::float32::recurrent_shape shape{};
    const recurrent_weight* weights = nullptr;

    void of_input(int block, const float* x, float* y) const {
        product(2 * block, shape.width(block / shape.directions), shape.rows(), x, y);
    }
    void of_state(int block, const float* h, float* y) const {
        product(2 * block + 1, shape.hidden, shape.batch, h, y);
    }

private:
    void product(int number, int in, int rows, const float* x, float* y) const {
        attributes a;
        a.in = in;
        a.out = shape.gates * shape.hidden;
        const recurrent_weight& w = weights[number];
        kernel::float32::linear(a, {x, quantype::shape(rows, in)}, static_cast<const std::uint16_t*>(w.weight), w.bias,
                                {y, quantype::shape(rows, a.out)});
    }
};

inline void linear_fp16(const attributes& a, tensor_view<const float> x, const step_data& d, tensor_view<float> y) {
    kernel::float32::linear(a, x, static_cast<const std::uint16_t*>(d.weight), static_cast<const float*>(d.channels),
                            y);
    for (std::int64_t i = 0; d.relu && i < y.count(); ++i) y[i] = y[i] > 0.0f ? y[i] : 0.0f;
}

template <class Program>
struct steps_of<Program, step_family::sequences> {
    template <int I, class Kernels>
    static void step(const step_data& d, const run_buffers& b) {
        constexpr const plan_step& s = Program::plan.steps[I];
        constexpr step_kind kind = s.kind;
        constexpr const plan_value& x = Program::plan.values[s.inputs[0]];
        constexpr const plan_value& y = Program::plan.values[s.output];
        constexpr const attributes& a = attributes_of(Program::prepared, Program::graph, s);
        float* out = at<float>(b, Program::locate(s.output));
        if constexpr (kind == step_kind::embedding || kind == step_kind::embedding_float) {
            constexpr bool function = Program::graph[s.node].kind == node_kind::call_function;
            const auto* indices = at<std::int64_t>(b, Program::locate(s.inputs[0]));
            const std::int64_t* offsets = nullptr;
            const auto* table = static_cast<const float*>(d.table);
            if constexpr (function)
                table = at<float>(b, Program::locate(s.inputs[1]));
            else if constexpr (s.input_count > 1)
                offsets = at<std::int64_t>(b, Program::locate(s.inputs[1]));
            constexpr kernel::embedding_config config = embedding_config_of(a, x, y, table_bits(Program::prepared, s));
            if constexpr (kind == step_kind::embedding)
                Kernels::template embedding<config>({static_cast<const std::uint8_t*>(d.weight),
                                                     static_cast<const kernel::embedding_row*>(d.table), indices,
                                                     offsets, out});
            else
                kernel::float32::embedding(a, table, indices, config.indices, offsets, config.bags, out);
        } else if constexpr (kind == step_kind::linear_fp16) {
            linear_fp16(a, {at<float>(b, Program::locate(s.inputs[0])), x.extents}, d, {out, y.extents});
        } else if constexpr (kind == step_kind::round_half) {
            const float* from = at<float>(b, Program::locate(s.inputs[0]));
            for (int i = 0; i < count_of(y); ++i) out[i] = fp16_round_trip(from[i]);
        } else {
            constexpr auto shape = kernel::float32::recurrent_shape_of(a, x.extents);
            const float* inputs[3] = {};
            for (int k = 0; k < s.input_count; ++k) inputs[k] = at<float>(b, Program::locate(s.inputs[k]));
            float* scratch = at<float>(b, Program::locate(s.scratch));
            const auto args = kernel::float32::recurrent_args_of(shape, inputs, s.input_count, out, scratch);
            if constexpr (kind == step_kind::recurrent_dynamic)
                kernel::float32::recurrent(
                    shape,
                    dynamic_products<Kernels, shape>{static_cast<const recurrent_weight*>(d.weight),
                                                     reinterpret_cast<std::uint8_t*>(scratch + shape.scratch()),
                                                     d.reduce_range},
                    args);
            else if constexpr (kind == step_kind::recurrent_fp16)
                kernel::float32::recurrent(shape, half_products{shape, static_cast<const recurrent_weight*>(d.weight)},
                                           args);
            else
                kernel::float32::recurrent(
                    shape, kernel::float32::float_products{shape, static_cast<const float* const*>(d.table), a.bias},
                    args);
        }
    }
};

}  // namespace detail

QUANTYPE_END_NAMESPACE
