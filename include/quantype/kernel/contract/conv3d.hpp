// SPDX-License-Identifier: BSL-1.0
// Contract of the quantized 3-d convolution and transposed convolution.
#pragma once
#include <quantype/kernel/contract/conv2d.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel {

/// Static facts. Activations dense NDHWC; each axis is {depth, height, width}. Padding is the same on both sides; a
/// transposed convolution's cuts the result, and its output padding lengthens the result at the far end.
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
    bool transposed = false;
    int output_padding[3] = {0, 0, 0};  ///< of a transposed one

    constexpr int output(int axis) const {
        if (transposed)
            return (input[axis] - 1) * stride[axis] - 2 * padding[axis] + dilation[axis] * (kernel[axis] - 1) + 1 +
                   output_padding[axis];
        return window_count(input[axis], padding[axis], padding[axis], kernel[axis], stride[axis], dilation[axis]);
    }
    /// The input position that tap `tap` of output `out` reads, or -1 where there is none. Inlined by force: vector
    /// kernels of several arch levels call it.
    [[gnu::always_inline]] constexpr int source(int axis, int out, int tap) const {
        if (!transposed) {
            const int p = out * stride[axis] - padding[axis] + tap * dilation[axis];
            return p >= 0 && p < input[axis] ? p : -1;
        }
        const int p = out + padding[axis] - tap * dilation[axis];
        return p >= 0 && p % stride[axis] == 0 && p / stride[axis] < input[axis] ? p / stride[axis] : -1;
    }
    constexpr bool valid() const {
        bool good = batch > 0 && groups > 0 && in_channels > 0 && out_channels > 0 && in_channels % groups == 0 &&
                    out_channels % groups == 0;
        for (int i = 0; i < 3 && good; ++i)
            good = input[i] > 0 && kernel[i] > 0 && stride[i] > 0 && dilation[i] > 0 && padding[i] >= 0 &&
                   output_padding[i] >= 0 && output(i) > 0;
        return good;
    }
    constexpr bool operator==(const conv3d_config&) const = default;
};

/// The formulas of contract/conv2d.hpp and contract/conv_transpose2d.hpp with one more axis. Weights: int8,
/// [out_channels][kernel depth][kernel height][kernel width][in_channels / groups].
template <code_type In, code_type Out, class Params>
using conv3d_args = conv2d_args<In, Out, Params>;

}  // namespace kernel

QUANTYPE_END_NAMESPACE
