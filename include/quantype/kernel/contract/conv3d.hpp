// SPDX-License-Identifier: BSL-1.0
// Contract of the quantized 3-d convolution.
#pragma once
#include <quantype/kernel/contract/conv2d.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel {

/// Static facts. Activations dense NDHWC; each axis is {depth, height, width}. Padding is the same on both sides.
struct conv3d_config {
    int batch = 1;
    int in_channels = 1;
    int out_channels = 1;
    int input[3] = {1, 1, 1};
    int kernel[3] = {1, 1, 1};
    int stride[3] = {1, 1, 1};
    int padding[3] = {0, 0, 0};
    int dilation[3] = {1, 1, 1};
    int groups = 1;
    bool weight_zero_point = false;

    constexpr int output(int axis) const {
        return window_count(input[axis], padding[axis], padding[axis], kernel[axis], stride[axis], dilation[axis]);
    }
    constexpr bool valid() const {
        bool good = batch > 0 && groups > 0 && in_channels > 0 && out_channels > 0 && in_channels % groups == 0 &&
                    out_channels % groups == 0;
        for (int i = 0; i < 3 && good; ++i)
            good =
                input[i] > 0 && kernel[i] > 0 && stride[i] > 0 && dilation[i] > 0 && padding[i] >= 0 && output(i) > 0;
        return good;
    }
    constexpr bool operator==(const conv3d_config&) const = default;
};

/// The formula of contract/conv2d.hpp with one more axis. Weights: int8,
/// [out_channels][kernel depth][kernel height][kernel width][in_channels / groups].
template <code_type In, code_type Out, class Params>
using conv3d_args = conv2d_args<In, Out, Params>;

}  // namespace kernel

QUANTYPE_END_NAMESPACE
