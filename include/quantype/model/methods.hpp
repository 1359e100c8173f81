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

namespace detail {

/// What x[index] is: its shape, and in the attributes the place of its first element. A value of several tensors holds
/// them one behind the other.
constexpr infer_result infer_item(const attributes& source, const shape& s, int index, attributes& a) {
    const int count = gives_tuple(source) ? 2 : s.rank > 0 ? s[0] : 0;
    const int i = index < 0 ? index + count : index;
    if (i < 0 || i >= count) return infer_failed(shape_error::axis, index, count);
    if (!gives_tuple(source)) {
        shape y;
        y.rank = s.rank - 1;
        for (int d = 1; d < s.rank; ++d) y.dims[d - 1] = s.dims[d];
        a.in = i * static_cast<int>(y.count());
        return {y};
    }
    a.in = i == 0 ? 0 : static_cast<int>(s.count());
    a.keepdim = i == 1 && source.code == op_code::recurrent && source.groups == 4;
    return {i == 0 ? s : state_shape(source, s)};
}

}  // namespace detail

/// Element `index` of what a module gives as several tensors (nn/sequences.hpp says which), or of the first dimension
/// of a tensor.
constexpr sym sym::operator[](int index) const {
    namespace d = quantype::detail;
    attributes a = d::axes_of(op_code::getitem, {index});
    const infer_result r = d::infer_item(trace->constants_of(id), extents(), index, a);
    const sym y = d::call_function<fn::getitem>(*this, a, {node_argument(id), integer_argument(index)});
    trace->calls[trace->graph.nodes[y.id].origin].out = r.out;
    if (r.error != shape_error::none) trace->fail(d::trace_error::shape, y.id, -1, r);
    return y;
}

QUANTYPE_END_NAMESPACE
