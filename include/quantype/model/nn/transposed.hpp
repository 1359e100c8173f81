// SPDX-License-Identifier: BSL-1.0
// Transposed convolutions. Weight: (in, out / groups, kernel...), as in PyTorch.
#pragma once
#include <quantype/model/nn/layers.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace nn {

/// Transposed convolutions: rows and columns added at the end of the output, one number or one for each dimension.
template <int... N>
struct output_padding {};

namespace detail {

template <int... N>
constexpr void apply(attributes& a, output_padding<N...>) {
    constexpr int given[] = {N..., 0};
    for (int i = 0; i < a.axis_count; ++i) a.axes[i] = given[i < static_cast<int>(sizeof...(N)) ? i : 0];
}

/// Shared body of conv_transpose1d, 2d and 3d. The output padding stands in `axes`.
template <int Rank, int In, int Out, extent Kernel, class... Options>
struct conv_transpose_module : leaf_module {
    static_assert(sizeof(check_options<Rank, Options...>) > 0);
    static constexpr attributes attrs() {
        attributes a;
        a.code = op_code::conv_transpose;
        a.in = In;
        a.out = Out;
        a.bias = true;
        a.axis_count = Rank;
        set_kernel(a.geometry, Rank, Kernel);
        (apply(a, Options{}), ...);
        return a;
    }
    static constexpr auto parameters() {
        constexpr attributes a = attrs();
        shape w(In, a.groups > 0 ? Out / a.groups : Out);
        for (int i = 0; i < Rank; ++i) w.dims[w.rank++] = a.geometry.kernel[i];
        const std::array<parameter_info, 2> with{{{"weight", w}, {"bias", shape(Out)}}};
        if constexpr (a.bias)
            return with;
        else
            return std::array<parameter_info, 1>{with[0]};
    }
};

}  // namespace detail

/// Transposed convolution over (N, C, L).
template <int In = 0, int Out = 0, extent Kernel = 1, class... Options>
struct conv_transpose1d : detail::conv_transpose_module<1, In, Out, Kernel, Options...> {
    using module_class = conv_transpose1d<>;
};
/// Transposed convolution over (N, C, H, W).
template <int In = 0, int Out = 0, extent Kernel = 1, class... Options>
struct conv_transpose2d : detail::conv_transpose_module<2, In, Out, Kernel, Options...> {
    using module_class = conv_transpose2d<>;
};
/// Transposed convolution over (N, C, D, H, W).
template <int In = 0, int Out = 0, extent Kernel = 1, class... Options>
struct conv_transpose3d : detail::conv_transpose_module<3, In, Out, Kernel, Options...> {
    using module_class = conv_transpose3d<>;
};

}  // namespace nn

template <>
inline constexpr op_info op_of<nn::conv_transpose1d<>>{"torch.nn.ConvTranspose1d", node_kind::call_module,
                                                       op_code::conv_transpose};
template <>
inline constexpr op_info op_of<nn::conv_transpose2d<>>{"torch.nn.ConvTranspose2d", node_kind::call_module,
                                                       op_code::conv_transpose};
template <>
inline constexpr op_info op_of<nn::conv_transpose3d<>>{"torch.nn.ConvTranspose3d", node_kind::call_module,
                                                       op_code::conv_transpose};

QUANTYPE_END_NAMESPACE
