// SPDX-License-Identifier: BSL-1.0
// Contract of concatenation with requantization.
#pragma once
#include <quantype/kernel/contract/image.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel {

/// Largest number of tensors in one concatenation; more are chained.
inline constexpr int cat_inputs = 8;

/// Input i is [outer][lengths[i]], the output [outer][sum of lengths]: outer is the product of the extents before the
/// axis (for channels of NHWC: batch * height * width), a length that of the axis and all behind it.
struct cat_config {
    int outer = 1;
    int count = 1;
    int lengths[cat_inputs] = {1};

    constexpr int total() const {
        int n = 0;
        for (int i = 0; i < count; ++i) n += lengths[i];
        return n;
    }
    constexpr bool valid() const {
        bool good = outer > 0 && count > 0 && count <= cat_inputs;
        for (int i = 0; i < count && good; ++i) good = lengths[i] > 0;
        return good;
    }
    constexpr bool operator==(const cat_config&) const = default;
};

/// One input. `keep`: its scale and zero point equal the output's, its codes are copied (and clamped).
template <code_type Code>
struct cat_input {
    const Code* data = nullptr;
    float scale = 1.0f;
    std::int32_t zero_point = 0;
    bool keep = false;
};

/// y = keep ? x : rne((f32(x - zero_point) * scale) * inverse_output_scale) + output_zero_point, each step in float32,
/// then clamped to output_lo..output_hi (a fused ReLU through output_lo). inverse_output_scale = 1.0f / f32(scale).
template <code_type Code>
struct cat_args {
    cat_input<Code> inputs[cat_inputs] = {};
    Code* output = nullptr;
    float inverse_output_scale = 1.0f;
    std::int32_t output_zero_point = 0;
    std::int32_t output_lo = lowest_code<Code>;
    std::int32_t output_hi = highest_code<Code>;
};

}  // namespace kernel

QUANTYPE_END_NAMESPACE
