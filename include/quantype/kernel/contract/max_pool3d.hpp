// SPDX-License-Identifier: BSL-1.0
// Contract of max pooling over volumes of codes, NDHWC. Scale and zero point are kept.
#pragma once
#include <quantype/kernel/contract/pool.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel {

/// Static facts beside those of pool3d_config. Padding never wins.
struct max_pool3d_config : pool3d_config {
    int dilation[3] = {1, 1, 1};

    constexpr bool valid() const {
        return pool3d_config::valid() && dilation[0] > 0 && dilation[1] > 0 && dilation[2] > 0;
    }
    constexpr bool operator==(const max_pool3d_config&) const = default;
};

/// y = the largest code of the window, clamped to output_lo..output_hi.
template <code_type Code>
using max_pool3d_args = max_pool2d_args<Code>;

}  // namespace kernel

QUANTYPE_END_NAMESPACE
