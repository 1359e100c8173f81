// SPDX-License-Identifier: BSL-1.0
// Pools over 1 and 3 spatial dimensions, and the modules that move values between channels and pixels. The pools of
// images stand in activations.hpp.
#pragma once
#include <quantype/model/nn/activations.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace nn {

namespace detail {
template <int... Sizes>
struct adaptive_module : leaf_module {
    static constexpr attributes attrs() {
        attributes a;
        a.code = op_code::adaptive_avg_pool;
        for (int s : {Sizes...}) a.axes[a.axis_count++] = s;
        return a;
    }
};
template <op_code Code, int Factor>
struct factor_module : leaf_module {
    static constexpr attributes attrs() {
        attributes a;
        a.code = Code;
        a.axes[a.axis_count++] = Factor;
        return a;
    }
};
}  // namespace detail

/// Largest value of each window over (N, C, L); padding never wins.
template <extent Kernel = 1, class... Options>
struct max_pool1d : detail::pool_module<op_code::max_pool, 1, Kernel, Options...> {
    using module_class = max_pool1d<>;
};
/// Largest value of each window over (N, C, D, H, W).
template <extent Kernel = 1, class... Options>
struct max_pool3d : detail::pool_module<op_code::max_pool, 3, Kernel, Options...> {
    using module_class = max_pool3d<>;
};
/// Mean of each window over (N, C, L).
template <extent Kernel = 1, class... Options>
struct avg_pool1d : detail::pool_module<op_code::avg_pool, 1, Kernel, Options...> {
    using module_class = avg_pool1d<>;
};
/// Mean of each window over (N, C, D, H, W).
template <extent Kernel = 1, class... Options>
struct avg_pool3d : detail::pool_module<op_code::avg_pool, 3, Kernel, Options...> {
    using module_class = avg_pool3d<>;
};
/// Mean over windows that divide (N, C, L) into Length parts.
template <int Length = 1>
struct adaptive_avg_pool1d : detail::adaptive_module<Length> {
    using module_class = adaptive_avg_pool1d<>;
};
/// Mean over windows that divide (N, C, D, H, W) into Depth x Height x Width parts.
template <int Depth = 1, int Height = Depth, int Width = Height>
struct adaptive_avg_pool3d : detail::adaptive_module<Depth, Height, Width> {
    using module_class = adaptive_avg_pool3d<>;
};
/// (N, C * r * r, H, W) to (N, C, H * r, W * r).
template <int Factor = 1>
struct pixel_shuffle : detail::factor_module<op_code::pixel_shuffle, Factor> {
    using module_class = pixel_shuffle<>;
};
/// (N, C, H * r, W * r) to (N, C * r * r, H, W).
template <int Factor = 1>
struct pixel_unshuffle : detail::factor_module<op_code::pixel_unshuffle, Factor> {
    using module_class = pixel_unshuffle<>;
};
/// Channels seen as (Groups, C / Groups), transposed.
template <int Groups = 1>
struct channel_shuffle : detail::factor_module<op_code::channel_shuffle, Groups> {
    using module_class = channel_shuffle<>;
    static constexpr attributes attrs() {
        attributes a = detail::factor_module<op_code::channel_shuffle, Groups>::attrs();
        a.groups = Groups;
        return a;
    }
};

}  // namespace nn

template <>
inline constexpr op_info op_of<nn::max_pool1d<>>{"torch.nn.MaxPool1d", node_kind::call_module, op_code::max_pool};
template <>
inline constexpr op_info op_of<nn::max_pool3d<>>{"torch.nn.MaxPool3d", node_kind::call_module, op_code::max_pool};
template <>
inline constexpr op_info op_of<nn::avg_pool1d<>>{"torch.nn.AvgPool1d", node_kind::call_module, op_code::avg_pool};
template <>
inline constexpr op_info op_of<nn::avg_pool3d<>>{"torch.nn.AvgPool3d", node_kind::call_module, op_code::avg_pool};
template <>
inline constexpr op_info op_of<nn::adaptive_avg_pool1d<>>{"torch.nn.AdaptiveAvgPool1d", node_kind::call_module,
                                                          op_code::adaptive_avg_pool};
template <>
inline constexpr op_info op_of<nn::adaptive_avg_pool3d<>>{"torch.nn.AdaptiveAvgPool3d", node_kind::call_module,
                                                          op_code::adaptive_avg_pool};
template <>
inline constexpr op_info op_of<nn::pixel_shuffle<>>{"torch.nn.PixelShuffle", node_kind::call_module,
                                                    op_code::pixel_shuffle};
template <>
inline constexpr op_info op_of<nn::pixel_unshuffle<>>{"torch.nn.PixelUnshuffle", node_kind::call_module,
                                                      op_code::pixel_unshuffle};
template <>
inline constexpr op_info op_of<nn::channel_shuffle<>>{"torch.nn.ChannelShuffle", node_kind::call_module,
                                                      op_code::channel_shuffle};

QUANTYPE_END_NAMESPACE
