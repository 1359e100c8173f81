// SPDX-License-Identifier: BSL-1.0
// Contract of the quantized fully connected layer.
#pragma once
#include <quantype/kernel/contract/image.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel {

/// Static facts of a linear layer. Row r of the input starts at r * input_row(); strides count elements, 0 means dense.
struct linear_config {
    int rows = 1;                    ///< M: product of all leading extents
    int in_features = 1;             ///< K
    int out_features = 1;            ///< N
    int input_stride = 0;            ///< from row to row of the input
    int output_stride = 0;           ///< from row to row of the output
    bool weight_zero_point = false;  ///< the weights have a zero point other than 0
    int input_lo = 0;                ///< see input_codes
    int input_hi = 0;

    /// Codes beyond them, zero point included, make the sums wrong. Two ints, because configurations stand in names.
    constexpr code_bounds input_codes() const {
        return {static_cast<std::int16_t>(input_lo), static_cast<std::int16_t>(input_hi)};
    }
    constexpr int input_row() const { return input_stride ? input_stride : in_features; }
    constexpr int output_row() const { return output_stride ? output_stride : out_features; }
    constexpr bool valid() const {
        return rows > 0 && in_features > 0 && out_features > 0 && input_row() >= in_features &&
               output_row() >= out_features;
    }
    constexpr bool operator==(const linear_config&) const = default;
};

/// y[m][n] = Policy::apply(start(p[n]) + sum over k of (x[m][k] - input_zero_point) * (w[n][k] - weight_zero_point),
///                         p[n], output_zero_point, output_lo, output_hi)
/// Weights: int8, [out_features][in_features] (PyTorch's layout). `channels` always holds out_features entries.
/// Preconditions: lowest_code<Out> <= output_lo <= output_hi <= highest_code<Out>; every partial sum, |start| included,
/// fits int32 (proven when the layer is packed); zero points lie in the range of their code type; input and output do
/// not overlap. A fused ReLU is output_lo = relu_lower_bound(...).
template <code_type In, code_type Out, class Params>
struct linear_args {
    const In* input = nullptr;
    const std::int8_t* weight = nullptr;
    const Params* channels = nullptr;
    Out* output = nullptr;
    std::int32_t input_zero_point = 0;
    std::int32_t weight_zero_point = 0;  ///< read only when config.weight_zero_point
    std::int32_t output_zero_point = 0;
    std::int32_t output_lo = lowest_code<Out>;
    std::int32_t output_hi = highest_code<Out>;
};

}  // namespace kernel

QUANTYPE_END_NAMESPACE
