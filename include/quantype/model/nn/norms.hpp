// SPDX-License-Identifier: BSL-1.0
// Norms with statistics of the input itself, and activations with parameters.
#pragma once
#include <quantype/model/nn/layers.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace nn {

/// Instance norms: weight and bias for each channel (PyTorch's affine=True).
struct affine {};

namespace detail {

/// Shared body of the instance norms; eps 1e-5, no running statistics.
template <int Rank, int Features, class... Options>
struct instance_norm_module : leaf_module {
    static constexpr bool has_parameters = sizeof...(Options) > 0;
    static constexpr attributes attrs() {
        attributes a;
        a.code = op_code::instance_norm;
        a.in = a.out = Features;
        a.geometry.rank = Rank;
        a.bias = has_parameters;
        a.scalar = 1e-5;
        return a;
    }
    static constexpr auto parameters() {
        if constexpr (has_parameters)
            return std::array<parameter_info, 2>{{{"weight", shape(Features)}, {"bias", shape(Features)}}};
        else
            return std::array<parameter_info, 0>{};
    }
};

}  // namespace detail

/// Instance norm over (N, C, L): `instance_norm1d<4>`, or with parameters `instance_norm1d<4, affine>`.
template <int Features = 0, class... Options>
struct instance_norm1d : detail::instance_norm_module<1, Features, Options...> {
    using module_class = instance_norm1d<>;
};
/// Instance norm over (N, C, H, W).
template <int Features = 0, class... Options>
struct instance_norm2d : detail::instance_norm_module<2, Features, Options...> {
    using module_class = instance_norm2d<>;
};
/// Instance norm over (N, C, D, H, W).
template <int Features = 0, class... Options>
struct instance_norm3d : detail::instance_norm_module<3, Features, Options...> {
    using module_class = instance_norm3d<>;
};

/// Norm over the last dimensions, which are `Dims`, with weight and bias of that shape; eps 1e-5.
template <int... Dims>
struct layer_norm : leaf_module {
    using module_class = layer_norm<>;
    static constexpr attributes attrs() {
        attributes a;
        a.code = op_code::layer_norm;
        for (int d : {Dims..., 0})
            if (d > 0) a.axes[a.axis_count++] = d;
        a.bias = true;
        a.scalar = 1e-5;
        return a;
    }
    static constexpr std::array<parameter_info, 2> parameters() {
        return {{{"weight", shape(Dims...)}, {"bias", shape(Dims...)}}};
    }
};

/// Norm of `Groups` groups of the channels of (N, C, ...), with weight and bias for each channel; eps 1e-5. PyTorch's
/// backends name the function only: as a module it stays in float.
template <int Groups = 1, int Features = 0>
struct group_norm : leaf_module {
    using module_class = group_norm<>;
    static constexpr attributes attrs() {
        attributes a;
        a.code = op_code::group_norm;
        a.groups = Groups;
        a.in = a.out = Features;
        a.bias = true;
        a.scalar = 1e-5;
        return a;
    }
    static constexpr std::array<parameter_info, 2> parameters() {
        return {{{"weight", shape(Features)}, {"bias", shape(Features)}}};
    }
};

/// max(x, 0) + weight * min(x, 0), with one weight or one for each channel. Quantized as in PyTorch, the positive side
/// is multiplied by the code of 1 on the weight's scale, which saturates when all weights are below 1: give such a
/// module a weight observer whose range reaches 1, or no_qconfig.
template <int Parameters = 1>
struct prelu : leaf_module {
    using module_class = prelu<>;
    static constexpr attributes attrs() {
        attributes a;
        a.code = op_code::prelu;
        a.in = a.out = Parameters;
        return a;
    }
    static constexpr std::array<parameter_info, 1> parameters() { return {{{"weight", shape(Parameters)}}}; }
};

namespace detail {
/// Shared body of activations with one number, a fraction.
template <op_code Code, int Numerator, int Denominator>
struct scalar_module : leaf_module {
    static constexpr attributes attrs() {
        attributes a;
        a.code = Code;
        a.scalar = static_cast<double>(Numerator) / Denominator;
        return a;
    }
};
}  // namespace detail

/// x > 0 ? x : slope * x; the slope is Numerator / Denominator.
template <int Numerator = 1, int Denominator = 100>
struct leaky_relu : detail::scalar_module<op_code::leaky_relu, Numerator, Denominator> {
    using module_class = leaky_relu<>;
};
/// x > 0 ? x : alpha * (exp(x) - 1); alpha is Numerator / Denominator.
template <int Numerator = 1, int Denominator = 1>
struct elu : detail::scalar_module<op_code::elu, Numerator, Denominator> {
    using module_class = elu<>;
};
/// min(max(x, Low), High).
template <int Low = -1, int High = 1>
struct hardtanh : leaf_module {
    using module_class = hardtanh<>;
    static constexpr attributes attrs() {
        attributes a;
        a.code = op_code::hardtanh;
        a.axes[0] = Low;
        a.axes[1] = High;
        a.axis_count = 2;
        return a;
    }
};

}  // namespace nn

template <>
inline constexpr op_info op_of<nn::instance_norm1d<>>{"torch.nn.InstanceNorm1d", node_kind::call_module,
                                                      op_code::instance_norm};
template <>
inline constexpr op_info op_of<nn::instance_norm2d<>>{"torch.nn.InstanceNorm2d", node_kind::call_module,
                                                      op_code::instance_norm};
template <>
inline constexpr op_info op_of<nn::instance_norm3d<>>{"torch.nn.InstanceNorm3d", node_kind::call_module,
                                                      op_code::instance_norm};
template <>
inline constexpr op_info op_of<nn::layer_norm<>>{"torch.nn.LayerNorm", node_kind::call_module, op_code::layer_norm};
template <>
inline constexpr op_info op_of<nn::group_norm<>>{"torch.nn.GroupNorm", node_kind::call_module, op_code::group_norm};
template <>
inline constexpr op_info op_of<nn::prelu<>>{"torch.nn.PReLU", node_kind::call_module, op_code::prelu};
template <>
inline constexpr op_info op_of<nn::leaky_relu<>>{"torch.nn.LeakyReLU", node_kind::call_module, op_code::leaky_relu};
template <>
inline constexpr op_info op_of<nn::elu<>>{"torch.nn.ELU", node_kind::call_module, op_code::elu};
template <>
inline constexpr op_info op_of<nn::hardtanh<>>{"torch.nn.Hardtanh", node_kind::call_module, op_code::hardtanh};

QUANTYPE_END_NAMESPACE
