// SPDX-License-Identifier: BSL-1.0
// Functions that take a matrix of the model: `addmm(bias, x, weight)`, `embedding(indices, table)`. PyTorch observes
// such a matrix and rounds it to codes, and computes the function itself in float: no lowering of its own knows them.
#pragma once
#include <quantype/core/float_call.hpp>
#include <quantype/kernel/float32/embedding.hpp>
#include <quantype/kernel/float32/linear.hpp>
#include <quantype/model/functional.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace fn {
struct addmm {};      ///< torch.addmm
struct embedding {};  ///< torch.nn.functional.embedding
}  // namespace fn

namespace detail {

/// (bias, x, weight): bias broadcasts to the product of the two matrices.
constexpr infer_result infer_addmm(const attributes&, const shape* in, int count) {
    if (count != 3) return infer_failed(shape_error::inputs, count, 3);
    for (int k = 1; k < 3; ++k)
        if (in[k].rank != 2) return infer_failed(shape_error::rank, in[k].rank, 2);
    if (in[0].rank > 2) return infer_failed(shape_error::rank, in[0].rank, 2);
    const infer_result product = infer_matmul(in[1], in[2]);
    if (product.error != shape_error::none) return product;
    for (int d = 1; d <= in[0].rank; ++d)
        if (in[0][-d] != 1 && in[0][-d] != product.out[-d])
            return infer_failed(shape_error::broadcast, in[0][-d], product.out[-d]);
    return product;
}
/// The product in float64, rounded, then the sum in float32. A batch larger than the model's is more rows of x.
constexpr void evaluate_addmm(const float_call& c) {
    const tensor_view<const float>& bias = c.inputs[0];
    kernel::float32::matmul(c.inputs[1], c.inputs[2], c.output);
    const int rows = c.output.extents[0], columns = c.output.extents[1];
    const int across = bias.extents.rank > 0 && bias.extents[-1] > 1 ? 1 : 0;
    const int down = bias.extents.rank > 1 && bias.extents[0] > 1 ? bias.extents[-1] : 0;
    for (int r = 0; r < rows; ++r)
        for (int j = 0; j < columns; ++j) c.output[r * columns + j] += bias[r * down + j * across];
}
constexpr void evaluate_embedding_function(const float_call& c) {
    const std::int64_t count = c.inputs[0].count();
    const float* const no_offsets = nullptr;
    kernel::float32::embedding(c.attrs, c.inputs[1].data, c.inputs[0].data, count, no_offsets, count, c.output.data);
}

constexpr argument named(argument a, const char* keyword) {
    a.keyword = keyword;
    return a;
}

}  // namespace detail

template <>
inline constexpr op_info op_of<fn::addmm>{"torch.addmm", node_kind::call_function, op_code::custom,
                                          &detail::infer_addmm, &detail::evaluate_addmm};
template <>
inline constexpr op_info op_of<fn::embedding>{"torch.nn.functional.embedding", node_kind::call_function,
                                              op_code::embedding, nullptr, &detail::evaluate_embedding_function};

/// bias + x * weight of matrices: x (rows, In), weight (In, Out), bias (Out), (1, Out), (rows, Out) or one number.
template <int... Bias, int In, int Out>
constexpr sym addmm(const nn::parameter<Bias...>& bias, sym x, const nn::parameter<In, Out>& weight) {
    const sym b = detail::read_parameter(*x.trace, bias), w = detail::read_parameter(*x.trace, weight);
    return detail::call_plain<fn::addmm>(x, {node_argument(b.id), node_argument(x.id), node_argument(w.id)});
}
/// The same with values of the graph.
constexpr sym addmm(sym bias, sym x, sym weight) {
    return detail::call_plain<fn::addmm>(x, {node_argument(bias.id), node_argument(x.id), node_argument(weight.id)});
}

/// Row `indices[...]` of the table; the indices are an input `i64<...>`. The keywords are those that torch.fx records.
template <int Rows, int Size>
constexpr sym embedding(sym indices, const nn::parameter<Rows, Size>& table) {
    static_assert(Rows <= 1 << 24, "quantype: a table has up to 2^24 rows");
    attributes a = detail::with_code(op_code::embedding);
    a.in = Rows;
    a.out = Size;
    const sym t = detail::read_parameter(*indices.trace, table);
    return detail::call_function<fn::embedding>(
        indices, a,
        {node_argument(indices.id), node_argument(t.id), detail::named({}, "padding_idx"),
         detail::named({}, "max_norm"), detail::named(real_argument(2.0), "norm_type"),
         boolean_argument(false, "scale_grad_by_freq"), boolean_argument(false, "sparse")});
}

QUANTYPE_END_NAMESPACE
