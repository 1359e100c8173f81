// SPDX-License-Identifier: BSL-1.0
// One node of a graph in float32: picks the kernel by op_code. Tensors are dense and row-major in logical order (N, C,
// ...), weights in PyTorch's layout; the output has the shape that infer() gives.
#pragma once
#include <quantype/core/float_call.hpp>
#include <quantype/kernel/float32/conv.hpp>
#include <quantype/kernel/float32/conv_transpose.hpp>
#include <quantype/kernel/float32/elementwise.hpp>
#include <quantype/kernel/float32/embedding.hpp>
#include <quantype/kernel/float32/linear.hpp>
#include <quantype/kernel/float32/moves.hpp>
#include <quantype/kernel/float32/normalize.hpp>
#include <quantype/kernel/float32/pool.hpp>
#include <quantype/kernel/float32/recurrent.hpp>
#include <quantype/kernel/float32/reduce.hpp>
#include <quantype/kernel/float32/shape_ops.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::float32 {

namespace detail {

/// Weight and bias of a linear layer or convolution: parameters of a module, or further inputs of a function.
struct weights {
    const float* weight = nullptr;
    const float* bias = nullptr;
    constexpr bool complete(const attributes& a) const { return weight && (bias || !a.bias); }
};
constexpr weights weights_of(const attributes& a, const tensor_view<const float>* inputs, int count,
                             const float* const* parameters) {
    if (count > 1) return {inputs[1].data, a.bias && count > 2 ? inputs[2].data : nullptr};
    if (parameters == nullptr) return {};
    return {parameters[0], a.bias ? parameters[1] : nullptr};
}

constexpr bool evaluate_weighted(const attributes& a, const tensor_view<const float>* inputs, int count,
                                 const float* const* parameters, tensor_view<float> out) {
    const weights w = weights_of(a, inputs, count, parameters);
    if (!w.complete(a)) return false;
    if (a.code == op_code::linear)
        linear(a, inputs[0], w.weight, w.bias, out);
    else if (a.code == op_code::conv_transpose)
        conv_transpose(a, inputs[0], w.weight, w.bias, out);
    else
        conv(a, inputs[0], w.weight, w.bias, out);
    return true;
}

constexpr bool evaluate_batch_norm(const attributes& a, tensor_view<const float> x, const float* const* p,
                                   tensor_view<float> out) {
    if (p == nullptr) return false;
    batch_norm(a, x, p[0], p[1], p[2], p[3], out);
    return true;
}

constexpr bool evaluate_recurrent(const attributes& a, const tensor_view<const float>* inputs, int count,
                                  const float* const* parameters, tensor_view<float> out, float* scratch) {
    if (parameters == nullptr || scratch == nullptr) return false;
    const recurrent_shape s = recurrent_shape_of(a, inputs[0].extents);
    const float* values[3] = {};
    for (int k = 0; k < count && k < 3; ++k) values[k] = inputs[k].data;
    const float_products products{s, parameters, a.bias};
    recurrent(s, products, recurrent_args_of(s, values, count, out.data, scratch));
    return true;
}
/// Indices and offsets as float32.
constexpr bool evaluate_embedding(const attributes& a, const tensor_view<const float>* inputs, int count,
                                  const float* const* parameters, tensor_view<float> out) {
    if (parameters == nullptr) return false;
    embedding(a, parameters[0], inputs[0].data, inputs[0].count(), count > 1 ? inputs[1].data : nullptr,
              a.out > 0 ? out.count() / a.out : 0, out.data);
    return true;
}
/// Element a.in of the value and what follows, as much as out has.
constexpr void item(const attributes& a, tensor_view<const float> x, tensor_view<float> out, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i) out.data[i] = x.data[a.in + i];
}
/// a.bias: there is a weight and a bias; those of a function are inputs[1] and inputs[2].
constexpr bool evaluate_norm(const attributes& a, const tensor_view<const float>* inputs, int count,
                             const float* const* parameters, tensor_view<float> out) {
    const bool given = count > 2;
    if (a.bias && !given && parameters == nullptr) return false;
    normalize(a, inputs[0],
              !a.bias ? nullptr
              : given ? inputs[1].data
                      : parameters[0],
              !a.bias ? nullptr
              : given ? inputs[2].data
                      : parameters[1],
              out);
    return true;
}
constexpr bool evaluate_prelu(const attributes& a, const tensor_view<const float>* inputs, int count,
                              const float* const* parameters, tensor_view<float> out) {
    if (count < 2 && parameters == nullptr) return false;
    prelu(inputs[0], count > 1 ? inputs[1].data : parameters[0], a.in, out);
    return true;
}

/// Calls `run` and says yes, if there are enough inputs.
template <class Function>
constexpr bool with_inputs(int count, int needed, Function run) {
    if (count < needed) return false;
    run();
    return true;
}

}  // namespace detail

/// Working memory that evaluate() needs for a call, in float32 numbers.
constexpr int scratch_of(const attributes& a, const shape& x) {
    const bool recurrent = a.code == op_code::recurrent || a.code == op_code::recurrent_cell;
    return recurrent ? recurrent_shape_of(a, x).scratch() : 0;
}

/// out = op(inputs). `parameters` are in the order of the module's parameters(): weight[, bias] (a.bias says whether)
/// for linear and conv; weight, bias, running_mean, running_var for batch_norm; those of a recurrent module or a table;
/// null for all others. A value of several tensors has room for value_count() numbers; `scratch` holds scratch_of(). A
/// functional linear or conv has weight and bias as inputs[1] and inputs[2] instead. `out` must not overlap an input,
/// except in elementwise ops without broadcasting and in copies. Returns false, with `out` untouched, when the op is
/// unknown here (custom, input, quantize ...) or an input or parameter it needs is absent.
constexpr bool evaluate(const attributes& a, const tensor_view<const float>* inputs, int input_count,
                        const float* const* parameters, tensor_view<float> out, float* scratch = nullptr) {
    if (input_count < 1) return false;
    const tensor_view<const float>& x = inputs[0];
    switch (a.code) {
        case op_code::linear:
        case op_code::conv:
        case op_code::conv_transpose: return detail::evaluate_weighted(a, inputs, input_count, parameters, out);
        case op_code::layer_norm:
        case op_code::group_norm:
        case op_code::instance_norm: return detail::evaluate_norm(a, inputs, input_count, parameters, out);
        case op_code::prelu: return detail::evaluate_prelu(a, inputs, input_count, parameters, out);
        case op_code::batch_norm: return detail::evaluate_batch_norm(a, x, parameters, out);
        case op_code::recurrent:
        case op_code::recurrent_cell:
            return detail::evaluate_recurrent(a, inputs, input_count, parameters, out, scratch);
        case op_code::embedding:
        case op_code::embedding_bag: return detail::evaluate_embedding(a, inputs, input_count, parameters, out);
        case op_code::getitem: detail::item(a, x, out, value_count(a, out.extents)); return true;
        case op_code::softmax: softmax(a, x, out); return true;
        case op_code::max_pool: max_pool(a, x, out); return true;
        case op_code::avg_pool: avg_pool(a, x, out); return true;
        case op_code::adaptive_avg_pool: adaptive_avg_pool(a, x, out); return true;
        case op_code::mean: mean(a, x, out); return true;
        case op_code::add:
            if (a.has_scalar) return add(x, a.scalar, out), true;
            return detail::with_inputs(input_count, 2, [&] { add(x, inputs[1], out); });
        case op_code::mul:
            if (a.has_scalar) return mul(x, a.scalar, out), true;
            return detail::with_inputs(input_count, 2, [&] { mul(x, inputs[1], out); });
        case op_code::matmul: return detail::with_inputs(input_count, 2, [&] { matmul(x, inputs[1], out); });
        case op_code::sub:
            if (a.has_scalar) return add(x, -a.scalar, out), true;
            return detail::with_inputs(input_count, 2, [&] { sub(x, inputs[1], out); });
        case op_code::cat: cat(a, inputs, input_count, out); return true;
        case op_code::stack: stack(a, inputs, input_count, out); return true;
        case op_code::resize: resize(a, x, out); return true;
        case op_code::permute:
        case op_code::transpose:
        case op_code::repeat:
        case op_code::repeat_interleave:
        case op_code::narrow:
        case op_code::pixel_shuffle:
        case op_code::pixel_unshuffle:
        case op_code::channel_shuffle: move(a, x, out); return true;
        case op_code::pad: pad(a, x, out); return true;
        case op_code::flatten:
        case op_code::reshape:
        case op_code::dropout:
        case op_code::identity: copy(x, out); return true;
        default: return unary(a, x, out);
    }
}

/// True for the ops that evaluate() knows.
constexpr bool has_float_form(op_code code) {
    if (only_moves(code)) return true;
    switch (code) {
        case op_code::conv_transpose:
        case op_code::layer_norm:
        case op_code::group_norm:
        case op_code::instance_norm:
        case op_code::prelu:
        case op_code::clamp:
        case op_code::sub:
        case op_code::stack:
        case op_code::resize:
        case op_code::linear:
        case op_code::conv:
        case op_code::batch_norm:
        case op_code::recurrent:
        case op_code::recurrent_cell:
        case op_code::embedding:
        case op_code::embedding_bag:
        case op_code::getitem:
        case op_code::softmax:
        case op_code::max_pool:
        case op_code::avg_pool:
        case op_code::adaptive_avg_pool:
        case op_code::mean:
        case op_code::add:
        case op_code::mul:
        case op_code::matmul:
        case op_code::cat:
        case op_code::pad:
        case op_code::flatten:
        case op_code::reshape:
        case op_code::dropout:
        case op_code::identity:
        case op_code::relu:
        case op_code::relu6:
        case op_code::hardsigmoid:
        case op_code::hardswish:
        case op_code::sigmoid:
        case op_code::tanh:
        case op_code::leaky_relu:
        case op_code::elu:
        case op_code::hardtanh:
        case op_code::sin: return true;
        default: return false;
    }
}

/// The same for an op that may bring its own float form.
constexpr bool has_float_form(const op_info& op) { return op.evaluate != nullptr || has_float_form(op.code); }
constexpr bool evaluate(const op_info& op, const attributes& a, const tensor_view<const float>* inputs, int input_count,
                        const float* const* parameters, tensor_view<float> out, float* scratch = nullptr) {
    if (op.evaluate == nullptr) return evaluate(a, inputs, input_count, parameters, out, scratch);
    op.evaluate({a, inputs, input_count, parameters, out});
    return true;
}

}  // namespace kernel::float32

QUANTYPE_END_NAMESPACE
