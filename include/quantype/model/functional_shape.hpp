// SPDX-License-Identifier: BSL-1.0
// Functions and methods that move values: transpose, permute, squeeze, unsqueeze, stack, narrow, repeat, shuffles; and
// the function mean.
#pragma once
#include <quantype/model/methods.hpp>
#include <quantype/model/vocabulary/named_op.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace fn {
struct transpose : vocabulary::function_named<"torch.transpose", op_code::transpose> {};
struct permute : vocabulary::function_named<"torch.permute", op_code::permute> {};
struct squeeze : vocabulary::function_named<"torch.squeeze", op_code::reshape> {};
struct unsqueeze : vocabulary::function_named<"torch.unsqueeze", op_code::reshape> {};
struct stack : vocabulary::function_named<"torch.stack", op_code::stack> {};
struct permute_copy : vocabulary::function_named<"torch.permute_copy", op_code::permute> {};
struct concat : vocabulary::function_named<"torch.concat", op_code::cat> {};
struct concatenate : vocabulary::function_named<"torch.concatenate", op_code::cat> {};
struct narrow : vocabulary::function_named<"torch.narrow", op_code::narrow> {};
struct repeat_interleave : vocabulary::function_named<"torch.repeat_interleave", op_code::repeat_interleave> {};
struct pixel_shuffle : vocabulary::function_named<"torch.nn.functional.pixel_shuffle", op_code::pixel_shuffle> {};
struct pixel_unshuffle : vocabulary::function_named<"torch.nn.functional.pixel_unshuffle", op_code::pixel_unshuffle> {};
struct channel_shuffle : vocabulary::function_named<"torch.nn.functional.channel_shuffle", op_code::channel_shuffle> {};
struct mean : vocabulary::function_named<"torch.mean", op_code::mean> {};
}  // namespace fn
namespace method {
struct repeat : vocabulary::method_named<"method:repeat", op_code::repeat> {};
struct repeat_interleave : vocabulary::method_named<"method:repeat_interleave", op_code::repeat_interleave> {};
struct squeeze : vocabulary::method_named<"method:squeeze", op_code::reshape> {};
struct unsqueeze : vocabulary::method_named<"method:unsqueeze", op_code::reshape> {};
struct squeeze_ : vocabulary::method_named<"method:squeeze_", op_code::reshape> {};
struct unsqueeze_ : vocabulary::method_named<"method:unsqueeze_", op_code::reshape> {};
struct resize_ : vocabulary::method_named<"method:resize_", op_code::reshape> {};
}  // namespace method

namespace detail {

/// A call with integers after the value.
template <class Op>
constexpr sym with_integers(sym x, const attributes& a, std::initializer_list<int> values) {
    return with_axes<Op>(x, a, values.begin(), static_cast<int>(values.size()), false);
}

/// The extents of a value with dimension `d` added or, if it is one element, taken away.
template <class Op>
constexpr sym with_dimension(sym x, int d, bool add) {
    const shape s = x.extents();
    const int rank = s.rank + (add ? 1 : 0), at = d < 0 ? d + rank : d;
    attributes a = with_code(op_code::reshape);
    for (int i = 0; i < s.rank; ++i) {
        if (add && i == at) a.axes[a.axis_count++] = 1;
        if (!add && i == at && s[i] == 1) continue;
        if (a.axis_count < max_rank) a.axes[a.axis_count++] = s[i];
    }
    if (add && at == s.rank && a.axis_count < max_rank) a.axes[a.axis_count++] = 1;
    const sym y = with_integers<Op>(x, a, {d});
    if (at < 0 || at >= rank || rank > max_rank)
        x.trace->fail(trace_error::shape, y.id, -1, {{}, shape_error::axis, d, rank});
    return y;
}

}  // namespace detail

/// Exchanges two dimensions.
constexpr sym transpose(sym x, int first, int second) {
    return detail::with_integers<fn::transpose>(x, detail::axes_of(op_code::transpose, {first, second}),
                                                {first, second});
}
/// Dimension i of the result is dimension dims[i] of the value. As in PyTorch the functions run in float; the method
/// x.permute(dims) works on codes.
constexpr sym permute(sym x, std::initializer_list<int> dims) {
    return detail::with_axes<fn::permute>(x, detail::axes_of(op_code::permute, dims), dims.begin(),
                                          static_cast<int>(dims.size()), true);
}
constexpr sym permute_copy(sym x, std::initializer_list<int> dims) {
    return detail::with_axes<fn::permute_copy>(x, detail::axes_of(op_code::permute, dims), dims.begin(),
                                               static_cast<int>(dims.size()), true);
}
/// Takes dimension `d` away if it has one element, and adds one of one element before it.
constexpr sym squeeze(sym x, int d) { return detail::with_dimension<fn::squeeze>(x, d, false); }
constexpr sym unsqueeze(sym x, int d) { return detail::with_dimension<fn::unsqueeze>(x, d, true); }
/// Joins values of equal shape along a new dimension.
constexpr sym stack(std::initializer_list<sym> values, int dim = 0) { return detail::joined<fn::stack>(values, dim); }
/// Other names of cat. As in PyTorch no backend's lowering knows them: they run in float.
constexpr sym concat(std::initializer_list<sym> values, int dim = 0) { return detail::joined<fn::concat>(values, dim); }
constexpr sym concatenate(std::initializer_list<sym> values, int dim = 0) {
    return detail::joined<fn::concatenate>(values, dim);
}
/// `length` elements of dimension `d` from `start` on.
constexpr sym narrow(sym x, int d, int start, int length) {
    return detail::with_integers<fn::narrow>(x, detail::axes_of(op_code::narrow, {d, start, length}),
                                             {d, start, length});
}
/// Every element of dimension `d` `count` times.
constexpr sym repeat_interleave(sym x, int count, int d) {
    return detail::with_integers<fn::repeat_interleave>(x, detail::axes_of(op_code::repeat_interleave, {count, d}),
                                                        {count, d});
}
/// (..., C * r * r, H, W) to (..., C, H * r, W * r), and back.
constexpr sym pixel_shuffle(sym x, int factor) {
    return detail::with_integers<fn::pixel_shuffle>(x, detail::axes_of(op_code::pixel_shuffle, {factor}), {factor});
}
constexpr sym pixel_unshuffle(sym x, int factor) {
    return detail::with_integers<fn::pixel_unshuffle>(x, detail::axes_of(op_code::pixel_unshuffle, {factor}), {factor});
}
/// Channels seen as (groups, C / groups), transposed.
constexpr sym channel_shuffle(sym x, int groups) {
    attributes a = detail::axes_of(op_code::channel_shuffle, {groups});
    a.groups = groups;
    return detail::with_integers<fn::channel_shuffle>(x, a, {groups});
}
/// Mean over dimensions.
constexpr sym mean(sym x, std::initializer_list<int> dims) {
    return detail::with_axes<fn::mean>(x, detail::axes_of(op_code::mean, dims), dims.begin(),
                                       static_cast<int>(dims.size()), true);
}

constexpr sym sym::squeeze(int d) const { return quantype::detail::with_dimension<method::squeeze>(*this, d, false); }
constexpr sym sym::unsqueeze(int d) const {
    return quantype::detail::with_dimension<method::unsqueeze>(*this, d, true);
}
constexpr sym sym::squeeze_(int d) const { return quantype::detail::with_dimension<method::squeeze_>(*this, d, false); }
constexpr sym sym::unsqueeze_(int d) const {
    return quantype::detail::with_dimension<method::unsqueeze_>(*this, d, true);
}
constexpr sym sym::resize_(std::initializer_list<sym_int> dims) const {
    return quantype::detail::with_sizes<method::resize_>(*this, dims);
}
constexpr sym sym::repeat(std::initializer_list<int> counts) const {
    return quantype::detail::with_axes<method::repeat>(*this, quantype::detail::axes_of(op_code::repeat, counts),
                                                       counts.begin(), static_cast<int>(counts.size()), false);
}
constexpr sym sym::repeat_interleave(int count, int d) const {
    return quantype::detail::with_integers<method::repeat_interleave>(
        *this, quantype::detail::axes_of(op_code::repeat_interleave, {count, d}), {count, d});
}

QUANTYPE_END_NAMESPACE
