// SPDX-License-Identifier: BSL-1.0
// Modules with weights: linear, convolutions, batch norms, and the bare parameter. Names, argument order, parameter
// names and shapes are torch.nn's. `conv2d<3, 16, 3>` is a module; `conv2d<>` names the class, for backends and
// mappings.
#pragma once
#include <quantype/model/module.hpp>
#include <quantype/model/nn/options.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace nn {

/// y[..., out] = sum_in x[..., in] * weight[out, in] + bias[out]; acts on the last dimension.
template <int In = 0, int Out = 0, class... Options>
struct linear : leaf_module {
    using module_class = linear<>;
    static constexpr attributes attrs() {
        attributes a;
        a.code = op_code::linear;
        a.in = In;
        a.out = Out;
        a.bias = true;
        (detail::apply(a, Options{}), ...);
        return a;
    }
    static constexpr auto parameters() {
        const std::array<parameter_info, 2> with{{{"weight", shape(Out, In)}, {"bias", shape(Out)}}};
        if constexpr (attrs().bias)
            return with;
        else
            return std::array<parameter_info, 1>{with[0]};
    }
};

namespace detail {

/// Shared body of conv1d, conv2d and conv3d. Weight: (out, in / groups, kernel...), as in PyTorch.
template <int Rank, int In, int Out, extent Kernel, class... Options>
struct conv_module : leaf_module {
    static_assert(sizeof(check_options<Rank, Options...>) > 0);
    static constexpr attributes attrs() {
        attributes a;
        a.code = op_code::conv;
        a.in = In;
        a.out = Out;
        a.bias = true;
        set_kernel(a.geometry, Rank, Kernel);
        (apply(a, Options{}), ...);
        return a;
    }
    static constexpr auto parameters() {
        constexpr attributes a = attrs();
        shape w(Out, a.groups > 0 ? In / a.groups : In);
        for (int i = 0; i < Rank; ++i) w.dims[w.rank++] = a.geometry.kernel[i];
        const std::array<parameter_info, 2> with{{{"weight", w}, {"bias", shape(Out)}}};
        if constexpr (a.bias)
            return with;
        else
            return std::array<parameter_info, 1>{with[0]};
    }
};

/// Shared body of the batch norms, in evaluation mode: (x - running_mean) / sqrt(running_var + eps) * weight + bias.
template <int Rank, int Features>
struct batch_norm_module : leaf_module {
    static constexpr attributes attrs() {
        attributes a;
        a.code = op_code::batch_norm;
        a.in = a.out = Features;
        a.geometry.rank = Rank;
        a.scalar = 1e-5;
        return a;
    }
    static constexpr std::array<parameter_info, 4> parameters() {
        return {{{"weight", shape(Features)},
                 {"bias", shape(Features)},
                 {"running_mean", shape(Features)},
                 {"running_var", shape(Features)}}};
    }
};

}  // namespace detail

/// Convolution over (N, C, L).
template <int In = 0, int Out = 0, extent Kernel = 1, class... Options>
struct conv1d : detail::conv_module<1, In, Out, Kernel, Options...> {
    using module_class = conv1d<>;
};
/// Convolution over (N, C, H, W).
template <int In = 0, int Out = 0, extent Kernel = 1, class... Options>
struct conv2d : detail::conv_module<2, In, Out, Kernel, Options...> {
    using module_class = conv2d<>;
};
/// Convolution over (N, C, D, H, W).
template <int In = 0, int Out = 0, extent Kernel = 1, class... Options>
struct conv3d : detail::conv_module<3, In, Out, Kernel, Options...> {
    using module_class = conv3d<>;
};

/// `eps` of a batch norm as a fraction: eps<1, 1000> is 0.001. The default is PyTorch's 1e-5.
template <int Numerator, int Denominator>
struct eps {
    static constexpr double value = static_cast<double>(Numerator) / Denominator;
};

namespace detail {
template <int Rank, int Features, class... Options>
struct batch_norm_with : batch_norm_module<Rank, Features> {
    static constexpr attributes attrs() {
        attributes a = batch_norm_module<Rank, Features>::attrs();
        ((a.scalar = Options::value), ...);
        return a;
    }
};
}  // namespace detail

/// Batch norm over (N, C) or (N, C, L).
template <int Features = 0, class... Options>
struct batch_norm1d : detail::batch_norm_with<1, Features, Options...> {
    using module_class = batch_norm1d<>;
};
/// Batch norm over (N, C, H, W).
template <int Features = 0, class... Options>
struct batch_norm2d : detail::batch_norm_with<2, Features, Options...> {
    using module_class = batch_norm2d<>;
};
/// Batch norm over (N, C, D, H, W).
template <int Features = 0, class... Options>
struct batch_norm3d : detail::batch_norm_with<3, Features, Options...> {
    using module_class = batch_norm3d<>;
};

/// A tensor that functional calls take: `linear(x, w, b)` with members `parameter<5, 4> w; parameter<5> b;`.
template <int... Dims>
struct parameter : leaf_module {
    using module_class = parameter<>;
    static constexpr attributes attrs() {
        attributes a;
        a.code = op_code::parameter;
        return a;
    }
    static constexpr shape extents() { return shape(Dims...); }
    static constexpr std::array<parameter_info, 1> parameters() { return {{{"", shape(Dims...)}}}; }
};

}  // namespace nn

template <>
inline constexpr op_info op_of<nn::linear<>>{"torch.nn.Linear", node_kind::call_module, op_code::linear};
template <>
inline constexpr op_info op_of<nn::conv1d<>>{"torch.nn.Conv1d", node_kind::call_module, op_code::conv};
template <>
inline constexpr op_info op_of<nn::conv2d<>>{"torch.nn.Conv2d", node_kind::call_module, op_code::conv};
template <>
inline constexpr op_info op_of<nn::conv3d<>>{"torch.nn.Conv3d", node_kind::call_module, op_code::conv};
template <>
inline constexpr op_info op_of<nn::batch_norm1d<>>{"torch.nn.BatchNorm1d", node_kind::call_module, op_code::batch_norm};
template <>
inline constexpr op_info op_of<nn::batch_norm2d<>>{"torch.nn.BatchNorm2d", node_kind::call_module, op_code::batch_norm};
template <>
inline constexpr op_info op_of<nn::batch_norm3d<>>{"torch.nn.BatchNorm3d", node_kind::call_module, op_code::batch_norm};
template <>
inline constexpr op_info op_of<nn::parameter<>>{"torch.nn.Parameter", node_kind::get_attr, op_code::parameter};

QUANTYPE_END_NAMESPACE
