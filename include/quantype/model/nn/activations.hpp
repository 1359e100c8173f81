// SPDX-License-Identifier: BSL-1.0
// Modules without weights: activations, pools, shape operations. Names and defaults are torch.nn's.
#pragma once
#include <quantype/model/module.hpp>
#include <quantype/model/nn/options.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace nn {

namespace detail {
/// Shared body of elementwise modules: the output has the input's shape.
template <op_code Code>
struct unary_module : leaf_module {
    static constexpr attributes attrs() {
        attributes a;
        a.code = Code;
        return a;
    }
};
/// Shared body of max and average pools; the stride defaults to the kernel.
template <op_code Code, int Rank, extent Kernel, class... Options>
struct pool_module : leaf_module {
    static_assert(sizeof(check_options<Rank, Options...>) > 0);
    static constexpr attributes attrs() {
        attributes a;
        a.code = Code;
        set_kernel(a.geometry, Rank, Kernel);
        for (int i = 0; i < Rank; ++i) a.geometry.stride[i] = a.geometry.kernel[i];
        (apply(a, Options{}), ...);
        return a;
    }
};
}  // namespace detail

struct relu : detail::unary_module<op_code::relu> {};                ///< max(x, 0)
struct relu6 : detail::unary_module<op_code::relu6> {};              ///< min(max(x, 0), 6)
struct sigmoid : detail::unary_module<op_code::sigmoid> {};          ///< 1 / (1 + exp(-x))
struct tanh : detail::unary_module<op_code::tanh> {};                ///< tanh(x)
struct hardswish : detail::unary_module<op_code::hardswish> {};      ///< x * relu6(x + 3) / 6
struct hardsigmoid : detail::unary_module<op_code::hardsigmoid> {};  ///< relu6(x + 3) / 6
struct identity : detail::unary_module<op_code::identity> {};        ///< x

/// Evaluation mode: x. The probability is kept for printing (in percent).
template <int Percent = 50>
struct dropout : detail::unary_module<op_code::dropout> {
    using module_class = dropout<>;
    static constexpr attributes attrs() {
        attributes a = detail::unary_module<op_code::dropout>::attrs();
        a.scalar = Percent / 100.0;
        return a;
    }
};

/// exp(x) / sum over `Dim` of exp(x).
template <int Dim = -1>
struct softmax : detail::unary_module<op_code::softmax> {
    using module_class = softmax<>;
    static constexpr attributes attrs() {
        attributes a = detail::unary_module<op_code::softmax>::attrs();
        a.axes[0] = Dim;
        a.axis_count = 1;
        return a;
    }
};

/// Largest value of each window over (N, C, H, W); padding never wins.
template <extent Kernel = 1, class... Options>
struct max_pool2d : detail::pool_module<op_code::max_pool, 2, Kernel, Options...> {
    using module_class = max_pool2d<>;
};
/// Mean of each window over (N, C, H, W).
template <extent Kernel = 1, class... Options>
struct avg_pool2d : detail::pool_module<op_code::avg_pool, 2, Kernel, Options...> {
    using module_class = avg_pool2d<>;
};
/// Mean over windows that divide the input into Height x Width parts.
template <int Height = 1, int Width = Height>
struct adaptive_avg_pool2d : leaf_module {
    using module_class = adaptive_avg_pool2d<>;
    static constexpr attributes attrs() {
        attributes a;
        a.code = op_code::adaptive_avg_pool;
        a.axes[0] = Height;
        a.axes[1] = Width;
        a.axis_count = 2;
        return a;
    }
};

/// Joins the dimensions Start..End (inclusive) into one.
template <int Start = 1, int End = -1>
struct flatten : leaf_module {
    using module_class = flatten<>;
    static constexpr attributes attrs() {
        attributes a;
        a.code = op_code::flatten;
        a.axes[0] = Start;
        a.axes[1] = End;
        a.axis_count = 2;
        return a;
    }
};

/// Zero padding in torch.nn.functional.pad's order: (before, after) pairs, last dimension first.
template <int... Amounts>
struct pad : leaf_module {
    using module_class = pad<>;
    static constexpr attributes attrs() {
        attributes a;
        a.code = op_code::pad;
        constexpr int amounts[] = {Amounts..., 0};
        a.axis_count = static_cast<int>(sizeof...(Amounts));
        for (int i = 0; i < a.axis_count; ++i) a.axes[i] = amounts[i];
        return a;
    }
};

/// What constant_pad2d writes, as a fraction: value<1, 2> is 0.5.
template <int Numerator, int Denominator = 1>
struct value {
    static_assert(Denominator > 0, "quantype: the denominator of a padding value is 1 or more");
    static constexpr double number = static_cast<double>(Numerator) / Denominator;
};
/// Padding with a value over (N, C, H, W): `constant_pad2d<value<1, 2>, 1, 1, 0, 2>`, amounts as for pad. PyTorch's
/// lowering does not know it: it runs in float.
template <class Value = value<0>, int... Amounts>
struct constant_pad2d : pad<Amounts...> {
    static_assert(sizeof...(Amounts) % 4 == 0, "quantype: constant_pad2d takes left, right, top, bottom");
    using module_class = constant_pad2d<>;
    static constexpr attributes attrs() {
        attributes a = pad<Amounts...>::attrs();
        a.has_scalar = true;
        a.scalar = Value::number;
        return a;
    }
};

}  // namespace nn

template <>
inline constexpr op_info op_of<nn::relu>{"torch.nn.ReLU", node_kind::call_module, op_code::relu};
template <>
inline constexpr op_info op_of<nn::relu6>{"torch.nn.ReLU6", node_kind::call_module, op_code::relu6};
template <>
inline constexpr op_info op_of<nn::sigmoid>{"torch.nn.Sigmoid", node_kind::call_module, op_code::sigmoid};
template <>
inline constexpr op_info op_of<nn::tanh>{"torch.nn.Tanh", node_kind::call_module, op_code::tanh};
template <>
inline constexpr op_info op_of<nn::hardswish>{"torch.nn.Hardswish", node_kind::call_module, op_code::hardswish};
template <>
inline constexpr op_info op_of<nn::hardsigmoid>{"torch.nn.Hardsigmoid", node_kind::call_module, op_code::hardsigmoid};
template <>
inline constexpr op_info op_of<nn::identity>{"torch.nn.Identity", node_kind::call_module, op_code::identity};
template <>
inline constexpr op_info op_of<nn::dropout<>>{"torch.nn.Dropout", node_kind::call_module, op_code::dropout};
template <>
inline constexpr op_info op_of<nn::softmax<>>{"torch.nn.Softmax", node_kind::call_module, op_code::softmax};
template <>
inline constexpr op_info op_of<nn::max_pool2d<>>{"torch.nn.MaxPool2d", node_kind::call_module, op_code::max_pool};
template <>
inline constexpr op_info op_of<nn::avg_pool2d<>>{"torch.nn.AvgPool2d", node_kind::call_module, op_code::avg_pool};
template <>
inline constexpr op_info op_of<nn::adaptive_avg_pool2d<>>{"torch.nn.AdaptiveAvgPool2d", node_kind::call_module,
                                                          op_code::adaptive_avg_pool};
template <>
inline constexpr op_info op_of<nn::flatten<>>{"torch.nn.Flatten", node_kind::call_module, op_code::flatten};
template <>
inline constexpr op_info op_of<nn::pad<>>{"torch.nn.ZeroPad2d", node_kind::call_module, op_code::pad};
template <>
inline constexpr op_info op_of<nn::constant_pad2d<>>{"torch.nn.ConstantPad2d", node_kind::call_module, op_code::pad};

QUANTYPE_END_NAMESPACE
