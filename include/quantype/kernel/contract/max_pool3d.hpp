// SPDX-License-Identifier: BSL-1.0
// Contract of max pooling over volumes of codes, NDHWC. Scale and zero point are kept.
#pragma once
#include <quantype/kernel/contract/pool.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel {

/// Static facts; axes are {depth, height, width}, activations dense. Padding never wins.
struct max_pool3d_config {
    int batch = 1;
    int channels = 1;
    int input[3] = {1, 1, 1};
    int output[3] = {1, 1, 1};
    int kernel[3] = {1, 1, 1};
    int stride[3] = {1, 1, 1};
    int padding[3] = {0, 0, 0};
    int dilation[3] = {1, 1, 1};

    constexpr bool valid() const {
        bool good = batch > 0 && channels > 0;
        for (int i = 0; i < 3 && good; ++i)
            good =
                input[i] > 0 && output[i] > 0 && kernel[i] > 0 && stride[i] > 0 && padding[i] >= 0 && dilation[i] > 0;
        return good;
    }
    constexpr bool operator==(const max_pool3d_config&) const = default;
};

/// y = the largest code of the window, clamped to output_lo..output_hi.
template <code_type Code>
using max_pool3d_args = max_pool2d_args<Code>;

}  // namespace kernel

QUANTYPE_END_NAMESPACE
