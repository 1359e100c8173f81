// SPDX-License-Identifier: BSL-1.0
// Methods of a traced value that move data or ask for sizes, and indexing, with the nodes that torch.fx records.
#pragma once
#include <quantype/model/functional.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Op types of the methods below and of indexing.
namespace method {
struct contiguous {};
struct flatten {};
struct masked_fill {};
struct permute {};
struct size {};
struct transpose {};
}  // namespace method
namespace fn {
struct getitem {};  ///< operator.getitem
}  // namespace fn

template <>
inline constexpr op_info op_of<method::contiguous>{"method:contiguous", node_kind::call_method, op_code::identity};
template <>
inline constexpr op_info op_of<method::flatten>{"method:flatten", node_kind::call_method, op_code::flatten};
template <>
inline constexpr op_info op_of<method::masked_fill>{"method:masked_fill", node_kind::call_method, op_code::masked_fill};
template <>
inline constexpr op_info op_of<method::permute>{"method:permute", node_kind::call_method, op_code::permute};
template <>
inline constexpr op_info op_of<method::size>{"method:size", node_kind::call_method, op_code::size};
template <>
inline constexpr op_info op_of<method::transpose>{"method:transpose", node_kind::call_method, op_code::transpose};
template <>
inline constexpr op_info op_of<fn::getitem>{"operator.getitem", node_kind::call_function, op_code::getitem};

/// Number of elements along dimension `d`, for `x.reshape({x.size(0), -1})`: a node of the graph, as in PyTorch, and a
/// number known while tracing. `x.extents()[d]` is the number alone.
constexpr sym_int sym::size(int d) const {
    const attributes a = quantype::detail::axes_of(op_code::size, {d});
    const sym s = quantype::detail::call_function<method::size>(*this, a, {node_argument(id), integer_argument(d)});
    return {extents()[d < 0 ? d + extents().rank : d], s.id};
}

/// Dimension i of the result is dimension dims[i] of the value.
constexpr sym sym::permute(std::initializer_list<int> dims) const {
    return quantype::detail::with_axes<method::permute>(*this, quantype::detail::axes_of(op_code::permute, dims),
                                                        dims.begin(), static_cast<int>(dims.size()), false);
}

/// Exchanges two dimensions.
constexpr sym sym::transpose(int first, int second) const {
    const int dims[] = {first, second};
    return quantype::detail::with_axes<method::transpose>(
        *this, quantype::detail::axes_of(op_code::transpose, {first, second}), dims, 2, false);
}

/// Joins the dimensions start..end (inclusive; the last one when not given) into one. The built-in backends quantize
/// the function `flatten(x, start)`, not this method, as in PyTorch.
constexpr sym sym::flatten(int start) const {
    return quantype::detail::with_axes<method::flatten>(*this, quantype::detail::axes_of(op_code::flatten, {start, -1}),
                                                        &start, 1, false);
}
constexpr sym sym::flatten(int start, int end) const {
    const int dims[] = {start, end};
    return quantype::detail::with_axes<method::flatten>(
        *this, quantype::detail::axes_of(op_code::flatten, {start, end}), dims, 2, false);
}

/// The value, contiguous in memory.
constexpr sym sym::contiguous() const { return quantype::detail::unary<method::contiguous>(*this); }

/// `value` where the mask is true, else the element itself.
constexpr sym sym::masked_fill(sym mask, double value) const {
    return quantype::detail::call_plain<method::masked_fill>(
        *this, {node_argument(id), node_argument(mask.id), real_argument(value)});
}

/// Element `index` of what a module gives as a tuple (lstm: 0 is its output), or of the first dimension of a tensor.
/// Further elements of a tuple have shapes that are not inferred; asking for them is refused.
constexpr sym sym::operator[](int index) const {
    namespace d = quantype::detail;
    const attributes a = d::axes_of(op_code::getitem, {index});
    const sym y = d::call_function<fn::getitem>(*this, a, {node_argument(id), integer_argument(index)});
    const node& source = trace->graph.nodes[id];
    shape& out = trace->calls[trace->graph.nodes[y.id].origin].out;
    if (source.op->code == op_code::recurrent) {
        if (index != 0) trace->fail(d::trace_error::shape, y.id, -1, {{}, shape_error::unsupported, index, 0});
        return y;
    }
    if (out.rank == 0) {
        trace->fail(d::trace_error::shape, y.id, -1, {{}, shape_error::rank, 0, 1});
        return y;
    }
    for (int i = 1; i < out.rank; ++i) out.dims[i - 1] = out.dims[i];
    out.dims[--out.rank] = 0;
    return y;
}

QUANTYPE_END_NAMESPACE
