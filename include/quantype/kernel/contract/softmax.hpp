// SPDX-License-Identifier: BSL-1.0
// Contracts of softmax over the last axis: the float rule of PyTorch and the fixed-point rule of TensorFlow Lite.
#pragma once
#include <array>

#include <quantype/kernel/contract/lookup.hpp>
#include <quantype/numerics/softmax_q31.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel {

/// Entry d: e^(-d * scale) in float32, for codes d below the largest of their row.
using exponential_table = std::array<float, 256>;

/// Float rule (PyTorch's quantized softmax): e = table[max - x]; y = clamp(rne((e / sum of e) * inverse_output_scale) +
/// z). The sum runs in float32 from the first element to the last; table and division are float32 too. Usual output:
/// scale 1/256, zero point lowest_code. The shape is a rows_config: softmax over each row of `length` codes.
template <code_type In, code_type Out>
struct softmax_args {
    const In* input = nullptr;
    Out* output = nullptr;
    const exponential_table* exponentials = nullptr;
    float inverse_output_scale = 256.0f;
    std::int32_t output_zero_point = lowest_code<Out>;
};

/// TensorFlow Lite's int8 softmax (numerics/softmax_q31.hpp): input differences in Q5.26, fixed-point exponential and
/// reciprocal, output scale 1/256 and zero point lowest_code. Integers only. `scaling` =
/// softmax_q31::make_scaling(input scale), whose multiplier must not be 0. Rows of up to 4095 codes.
template <code_type In, code_type Out>
struct softmax_q31_args {
    const In* input = nullptr;
    Out* output = nullptr;
    softmax_q31::input_scaling scaling{};
};

}  // namespace kernel

QUANTYPE_END_NAMESPACE
