// SPDX-License-Identifier: BSL-1.0
// Contract of batch normalisation of codes, channels last.
#pragma once
#include <quantype/kernel/contract/lookup.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel {

/// One channel: y = (x - zx) * alpha + beta in steps of the output.
struct batch_norm_params {
    float alpha = 1.0f;
    float beta = 0.0f;
    constexpr bool operator==(const batch_norm_params&) const = default;
};

/// y = clamp(rne(f32(x - input_zero_point) * alpha[c] + beta[c]) + output_zero_point), each step in float32. The shape
/// is a rows_config: rows = pixels, length = channels. A fused ReLU is output_lo = relu_lower_bound(...).
template <code_type In, code_type Out>
struct batch_norm_args {
    const In* input = nullptr;
    const batch_norm_params* channels = nullptr;
    Out* output = nullptr;
    std::int32_t input_zero_point = 0;
    std::int32_t output_zero_point = 0;
    std::int32_t output_lo = lowest_code<Out>;
    std::int32_t output_hi = highest_code<Out>;
};

}  // namespace kernel

QUANTYPE_END_NAMESPACE
