// SPDX-License-Identifier: BSL-1.0
// Contract of the quantized transposed 2-d convolution (1-d: height 1).
#pragma once
#include <quantype/kernel/contract/conv2d.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel {

/// Static facts. Padding cuts the result; output padding lengthens it at the bottom and right and is part of the
/// output's extents: height = (H - 1) * stride - top - bottom + dilation * (kernel - 1) + 1 + output padding.
struct conv_transpose2d_config {
    int batch = 1;
    image_layout input{};
    image_layout output{};
    int kernel_height = 1;
    int kernel_width = 1;
    int stride_height = 1;
    int stride_width = 1;
    int dilation_height = 1;
    int dilation_width = 1;
    int padding_top = 0;
    int padding_left = 0;
    int groups = 1;
    bool weight_zero_point = false;

    constexpr bool valid() const {
        return batch > 0 && input.valid() && output.valid() && groups > 0 && input.channels % groups == 0 &&
               output.channels % groups == 0 && kernel_height > 0 && kernel_width > 0 && stride_height > 0 &&
               stride_width > 0 && dilation_height > 0 && dilation_width > 0 && padding_top >= 0 && padding_left >= 0;
    }
    constexpr bool operator==(const conv_transpose2d_config&) const = default;
};

/// y[oy][ox][o] sums x[iy][ix][c] * w[o][i][j][c] over all i, j with iy * stride = oy + padding_top - i * dilation (and
/// the same for the width), iy and ix inside the image. Weights: int8, [out_channels][kernel_height][kernel_width]
/// [in_channels / groups] (from PyTorch's [in][out / groups][kh][kw]). The rest as in contract/conv2d.hpp.
template <code_type In, code_type Out, class Params>
using conv_transpose2d_args = conv2d_args<In, Out, Params>;

}  // namespace kernel

QUANTYPE_END_NAMESPACE
