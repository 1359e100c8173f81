// SPDX-License-Identifier: BSL-1.0
// Contract of normalisation over blocks of codes: layer, group and instance norm.
#pragma once
#include <quantype/kernel/contract/image.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel {

/// Static facts. The tensor is `blocks` runs of `length` consecutive codes, each with a mean and variance of its own.
/// Element i of block k takes weight and bias number (k % period) * (length / span) + i / span.
/// Layer norm: a block is one normalised shape, span 1, period 1. Group norm on NCHW with G groups: blocks N * G,
/// length C / G * H * W, span H * W, period G. Instance norm: group norm with G = C.
struct normalize_config {
    int blocks = 1;
    int length = 1;
    int span = 1;
    int period = 1;

    constexpr bool valid() const {
        return blocks > 0 && length > 0 && span > 0 && period > 0 && length % span == 0 && blocks % period == 0;
    }
    constexpr bool operator==(const normalize_config&) const = default;
};

/// mean = f32(sum x) / n, variance = max(f32(sum x^2) / n - mean^2, 0) (in codes: the zero point cancels);
/// v = (f32(x) - mean) * (sx / sqrt(variance * sx * sx + eps)); v = v * weight + bias;
/// y = clamp(rne(v * inverse_output_scale) + output_zero_point). Each step in float32. Weight and bias may be null,
/// both or neither. Sums are exact: 32 bits for blocks of at most 33,025 codes, 64 bits for longer ones. eps > 0.
template <code_type In, code_type Out>
struct normalize_args {
    const In* input = nullptr;
    Out* output = nullptr;
    const float* weight = nullptr;
    const float* bias = nullptr;
    float input_scale = 1.0f;
    float eps = 1e-5f;
    float inverse_output_scale = 1.0f;
    std::int32_t output_zero_point = 0;
};

}  // namespace kernel

QUANTYPE_END_NAMESPACE
