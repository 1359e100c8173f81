// SPDX-License-Identifier: BSL-1.0
// Contract of average pooling over volumes of codes, NDHWC. Scale and zero point are kept.
#pragma once
#include <quantype/kernel/contract/pool.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel {

/// Static facts beside those of pool3d_config. `adaptive`: the windows are
/// [floor(i * size / parts), ceil((i + 1) * size / parts)) and kernel, stride and padding are not read; otherwise the
/// divisor is the number of positions inside the volume, or kernel volume clipped to the padded one
/// (count_include_pad).
struct avg_pool3d_config : pool3d_config {
    bool count_include_pad = true;
    bool adaptive = false;
    avg_pool_rule rule = avg_pool_rule::round_then_zero_point;

    constexpr bool operator==(const avg_pool3d_config&) const = default;
};

/// The rules round_then_zero_point and zero_point_then_round of contract/pool.hpp, both with f32(S) * f32(1 / D) except
/// that an adaptive pool of the second rule divides, f32(S) / D.
template <code_type Code>
using avg_pool3d_args = avg_pool2d_args<Code>;

}  // namespace kernel

QUANTYPE_END_NAMESPACE
