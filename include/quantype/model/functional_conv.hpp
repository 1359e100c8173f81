// SPDX-License-Identifier: BSL-1.0
// Functional convolutions with parameters of the model: `conv2d(x, w, b, 2, 1)`, `conv1d(x, w, no_bias, {1}, {1})`.
#pragma once
#include <quantype/model/functional.hpp>
#include <quantype/model/vocabulary/named_op.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace fn {
struct conv_transpose1d : vocabulary::function_named<"torch.nn.functional.conv_transpose1d", op_code::conv_transpose> {
};
struct conv_transpose2d : vocabulary::function_named<"torch.nn.functional.conv_transpose2d", op_code::conv_transpose> {
};
struct conv_transpose3d : vocabulary::function_named<"torch.nn.functional.conv_transpose3d", op_code::conv_transpose> {
};
struct conv1d {};  ///< torch.conv1d
struct conv2d {};  ///< torch.nn.functional.conv2d
struct conv3d {};  ///< torch.nn.functional.conv3d
}  // namespace fn

template <>
inline constexpr op_info op_of<fn::conv1d>{"torch.conv1d", node_kind::call_function, op_code::conv};
template <>
inline constexpr op_info op_of<fn::conv2d>{"torch.nn.functional.conv2d", node_kind::call_function, op_code::conv};
template <>
inline constexpr op_info op_of<fn::conv3d>{"torch.nn.functional.conv3d", node_kind::call_function, op_code::conv};

/// Stride, padding or dilation of a functional convolution: one number or a list, recorded as it was written; `{}` when
/// not given (and then nothing after it may be given).
struct conv_sizes {
    int values[3] = {0, 0, 0};
    int count = 0;
    bool is_list = false;

    constexpr conv_sizes() = default;
    constexpr conv_sizes(int all) : values{all, all, all}, count(1) {}
    constexpr conv_sizes(std::initializer_list<int> each) : is_list(true) {
        for (int v : each)
            if (count < 3) values[count++] = v;
    }
};

namespace detail {

constexpr void set_sizes(int (&to)[3], const conv_sizes& s) {
    for (int i = 0; i < 3 && s.count > 0; ++i) to[i] = s.values[s.count == 1 ? 0 : i];
}

template <int Out, int In, int... Kernel>
constexpr attributes conv_attributes(bool bias, const conv_sizes& stride, const conv_sizes& padding,
                                     const conv_sizes& dilation, int groups) {
    attributes a;
    a.code = op_code::conv;
    a.groups = groups > 0 ? groups : 1;
    a.in = In * a.groups;
    a.out = Out;
    a.bias = bias;
    const int kernel[] = {Kernel...};
    a.geometry.rank = static_cast<int>(sizeof...(Kernel));
    for (int i = 0; i < a.geometry.rank; ++i) a.geometry.kernel[i] = kernel[i];
    set_sizes(a.geometry.stride, stride);
    set_sizes(a.geometry.pad_before, padding);
    set_sizes(a.geometry.pad_after, padding);
    set_sizes(a.geometry.dilation, dilation);
    return a;
}

/// Records the call with the arguments that were given. `bias` is -1 for none.
template <class Op>
constexpr sym record_conv(sym x, int weight, int bias, const attributes& a, const conv_sizes (&sizes)[3], int groups,
                          const conv_sizes& last = {}) {
    argument list[20];
    int n = 0;
    list[n++] = node_argument(x.id);
    list[n++] = node_argument(weight);
    const bool more = sizes[0].count > 0;
    if (bias >= 0)
        list[n++] = node_argument(bias);
    else if (more)
        list[n++] = argument{};
    const auto add = [&](const conv_sizes& s) {
        if (s.is_list) list[n++] = list_argument(s.count);
        for (int i = 0; i < s.count; ++i) list[n++] = integer_argument(s.values[i]);
    };
    for (const conv_sizes& s : sizes) {
        if (s.count == 0) break;
        add(s);
    }
    if (groups > 0) list[n++] = integer_argument(groups);
    add(last);
    return record(*x.trace, id_of<Op>, id_of<Op>->kind, -1, a, nullptr, list, n);
}

/// The output padding stands in the axes.
template <class Op, int... Weight, int... Bias>
constexpr sym call_transposed(sym x, const nn::parameter<Weight...>& weight, const nn::parameter<Bias...>* bias,
                              const conv_sizes (&sizes)[3], int groups, const conv_sizes& dilation) {
    attributes a = conv_attributes<Weight...>(bias != nullptr, sizes[0], sizes[1], dilation, groups);
    a.code = op_code::conv_transpose;
    a.out = a.in;  // of a weight that lies (in, out / groups)
    constexpr int extents[] = {Weight...};
    a.in = extents[0];
    int padding[3] = {};
    set_sizes(padding, sizes[2]);
    for (int i = 0; i < a.geometry.rank; ++i) a.axes[a.axis_count++] = padding[i];
    const sym w = read_parameter(*x.trace, weight);
    const int b = bias ? read_parameter(*x.trace, *bias).id : -1;
    return record_conv<Op>(x, w.id, b, a, sizes, groups, dilation);
}

template <class Op, int... Weight, int... Bias>
constexpr sym call_conv(sym x, const nn::parameter<Weight...>& weight, const nn::parameter<Bias...>* bias,
                        const conv_sizes (&sizes)[3], int groups) {
    const attributes a = conv_attributes<Weight...>(bias != nullptr, sizes[0], sizes[1], sizes[2], groups);
    const sym w = read_parameter(*x.trace, weight);
    const int b = bias ? read_parameter(*x.trace, *bias).id : -1;
    return record_conv<Op>(x, w.id, b, a, sizes, groups);
}

}  // namespace detail

/// torch.conv1d, 2d and 3d over (N, C, L), (N, C, H, W) and (N, C, D, H, W); the weight is (out, in / groups,
/// kernel...).
#define QUANTYPE_DETAIL_FUNCTIONAL_CONV(NAME)                                                                       \
    template <int... Weight, int... Bias>                                                                           \
    constexpr sym NAME(sym x, const nn::parameter<Weight...>& weight, const nn::parameter<Bias...>& bias,           \
                       conv_sizes stride = {}, conv_sizes padding = {}, conv_sizes dilation = {}, int groups = 0) { \
        return detail::call_conv<fn::NAME>(x, weight, &bias, {stride, padding, dilation}, groups);                  \
    }                                                                                                               \
    template <int... Weight>                                                                                        \
    constexpr sym NAME(sym x, const nn::parameter<Weight...>& weight, nn::no_bias = {}, conv_sizes stride = {},     \
                       conv_sizes padding = {}, conv_sizes dilation = {}, int groups = 0) {                         \
        return detail::call_conv<fn::NAME>(x, weight, static_cast<const nn::parameter<1>*>(nullptr),                \
                                           {stride, padding, dilation}, groups);                                    \
    }
#define QUANTYPE_DETAIL_FUNCTIONAL_TRANSPOSED(NAME)                                                             \
    template <int... Weight, int... Bias>                                                                       \
    constexpr sym NAME(sym x, const nn::parameter<Weight...>& weight, const nn::parameter<Bias...>& bias,       \
                       conv_sizes stride = {}, conv_sizes padding = {}, conv_sizes output_padding = {},         \
                       int groups = 0, conv_sizes dilation = {}) {                                              \
        return detail::call_transposed<fn::NAME>(x, weight, &bias, {stride, padding, output_padding}, groups,   \
                                                 dilation);                                                     \
    }                                                                                                           \
    template <int... Weight>                                                                                    \
    constexpr sym NAME(sym x, const nn::parameter<Weight...>& weight, nn::no_bias = {}, conv_sizes stride = {}, \
                       conv_sizes padding = {}, conv_sizes output_padding = {}, int groups = 0,                 \
                       conv_sizes dilation = {}) {                                                              \
        return detail::call_transposed<fn::NAME>(x, weight, static_cast<const nn::parameter<1>*>(nullptr),      \
                                                 {stride, padding, output_padding}, groups, dilation);          \
    }
/// Transposed: the weight is (in, out / groups, kernel...), and the arguments stand in PyTorch's order.
QUANTYPE_DETAIL_FUNCTIONAL_TRANSPOSED(conv_transpose1d)
QUANTYPE_DETAIL_FUNCTIONAL_TRANSPOSED(conv_transpose2d)
QUANTYPE_DETAIL_FUNCTIONAL_TRANSPOSED(conv_transpose3d)
#undef QUANTYPE_DETAIL_FUNCTIONAL_TRANSPOSED
QUANTYPE_DETAIL_FUNCTIONAL_CONV(conv1d)
QUANTYPE_DETAIL_FUNCTIONAL_CONV(conv2d)
QUANTYPE_DETAIL_FUNCTIONAL_CONV(conv3d)
#undef QUANTYPE_DETAIL_FUNCTIONAL_CONV

QUANTYPE_END_NAMESPACE
