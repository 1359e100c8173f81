// SPDX-License-Identifier: BSL-1.0
// Contract of the quantized 2-d convolution (1-d: height 1), grouped and depthwise included.
#pragma once
#include <quantype/kernel/contract/image.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel {

/// Static facts of a convolution. Activations NHWC. The output's channels are the number of filters; output.height and
/// output.width must equal output_height() and output_width().
struct conv2d_config {
    int batch = 1;
    image_layout input{};
    image_layout output{};
    int kernel_height = 1;
    int kernel_width = 1;
    int stride_height = 1;
    int stride_width = 1;
    int dilation_height = 1;
    int dilation_width = 1;
    sides padding{};
    int groups = 1;
    bool weight_zero_point = false;  ///< the weights have a zero point other than 0
    int input_lo = 0;                ///< see input_codes
    int input_hi = 0;

    /// Codes beyond them, zero point included, make the sums wrong.
    constexpr code_bounds input_codes() const {
        return {static_cast<std::int16_t>(input_lo), static_cast<std::int16_t>(input_hi)};
    }
    constexpr int out_channels() const { return output.channels; }
    constexpr int in_channels_per_group() const { return input.channels / groups; }
    constexpr int out_channels_per_group() const { return output.channels / groups; }
    /// Products summed up for one output.
    constexpr int depth() const { return kernel_height * kernel_width * in_channels_per_group(); }
    constexpr bool depthwise() const { return groups == input.channels && groups > 1; }
    constexpr int output_height() const {
        return window_count(input.height, padding.top, padding.bottom, kernel_height, stride_height, dilation_height);
    }
    constexpr int output_width() const {
        return window_count(input.width, padding.left, padding.right, kernel_width, stride_width, dilation_width);
    }
    /// True when every padding position stands in memory as halo: a fast kernel needs no test for borders.
    constexpr bool halo_covers_padding() const {
        return input.halo.top >= padding.top && input.halo.bottom >= padding.bottom &&
               input.halo.left >= padding.left && input.halo.right >= padding.right;
    }
    constexpr bool valid() const {
        const bool windows = kernel_height > 0 && kernel_width > 0 && stride_height > 0 && stride_width > 0 &&
                             dilation_height > 0 && dilation_width > 0;
        const bool grouped = groups > 0 && input.channels % groups == 0 && output.channels % groups == 0;
        const bool padded = padding.top >= 0 && padding.bottom >= 0 && padding.left >= 0 && padding.right >= 0;
        return batch > 0 && input.valid() && output.valid() && windows && grouped && padded &&
               output.height == output_height() && output.width == output_width();
    }
    constexpr bool operator==(const conv2d_config&) const = default;
};

/// y[n][oy][ox][o] = Policy::apply(start(p[o]) + sum over i, j, c of (x[n][iy][ix][g*C + c] - input_zero_point)
///                                 * (w[o][i][j][c] - weight_zero_point), p[o], output_zero_point, output_lo,
///                                 output_hi)
/// iy = oy * stride_height - padding.top + i * dilation_height, ix likewise, g = the group of o, C = channels per
/// group. A position outside the image counts as x = input_zero_point, that is, it adds nothing; where the input's halo
/// covers it, memory holds that value and a kernel may read it. Weights: int8,
/// [out_channels][kernel_height][kernel_width][in_channels / groups] (from PyTorch's OIHW: permute 0231; depthwise is
/// [channels][kh][kw][1]). `channels` always holds out_channels entries. Preconditions as in contract/linear.hpp.
template <code_type In, code_type Out, class Params>
struct conv2d_args {
    const In* input = nullptr;
    const std::int8_t* weight = nullptr;
    const Params* channels = nullptr;
    Out* output = nullptr;
    std::int32_t input_zero_point = 0;
    std::int32_t weight_zero_point = 0;  ///< read only when config.weight_zero_point
    std::int32_t output_zero_point = 0;
    std::int32_t output_lo = lowest_code<Out>;
    std::int32_t output_hi = highest_code<Out>;
};

}  // namespace kernel

QUANTYPE_END_NAMESPACE
