// SPDX-License-Identifier: BSL-1.0
// Contract of the linear layer with float input and output whose activations are quantized on the way.
#pragma once
#include <quantype/kernel/contract/linear.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel {

/// The shape is a linear_config. The whole input (all rows) is quantized to `codes` with one scale s and zero point z
/// by the rule of torch.ops.quantized.linear_dynamic over 0..255 (0..127 if reduce_range); then y = f32(acc) * f32(sw *
/// s) + b in float32, and max(y, 0) if relu. weight_scales holds out_features entries; bias may be null. `codes` is
/// room for rows
/// * in_features codes. Precondition: the input is finite.
struct linear_dynamic_args {
    const float* input = nullptr;
    std::uint8_t* codes = nullptr;
    const std::int8_t* weight = nullptr;
    const float* weight_scales = nullptr;
    const float* bias = nullptr;
    float* output = nullptr;
    std::int32_t weight_zero_point = 0;  ///< read only when config.weight_zero_point
    bool relu = false;
    bool reduce_range = false;
};

}  // namespace kernel

QUANTYPE_END_NAMESPACE
