// SPDX-License-Identifier: BSL-1.0
// Folding a batch norm (evaluation mode) into the convolution or linear layer before it, with the float32 operations
// and the association that PyTorch's fuse step uses, so that the folded weights have the recorded bits.
#pragma once
#include <cstdint>

#include <quantype/kernel/float32/reduce.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::float32 {

/// The vectors of a batch norm, one value a channel; weight and bias may be null (1 and 0).
struct batch_norm_parameters {
    const float* weight = nullptr;
    const float* bias = nullptr;
    const float* running_mean = nullptr;
    const float* running_var = nullptr;
    double eps = 1e-5;
};

/// Where weight k of output o lies: outputs in rows, or (in, out / groups, taps) of a transposed convolution.
constexpr std::int64_t weight_index(const attributes& a, std::int64_t per_output, std::int64_t o, std::int64_t k) {
    if (a.code != op_code::conv_transpose) return o * per_output + k;
    const std::int64_t inputs = a.in / a.groups, outputs = a.out / a.groups, taps = per_output / inputs;
    return ((o / outputs * inputs + k / taps) * outputs + o % outputs) * taps + k % taps;
}

/// Folds into a layer with `a.out` outputs of `per_output` weights each (op_code::conv or conv_transpose of any rank,
/// or op_code::linear; a transposed convolution has its outputs along axis 1, those of one group for each input).
/// folded_weight and folded_bias receive a.out * per_output and a.out values and may be the inputs; bias may be null
/// (0).
///   weight' = weight * (gamma * k),  k = inverse_deviation(var, eps)
///   bias'   = (bias - mean) * k * gamma + beta      for a convolution
///   bias'   = (bias - mean) * (gamma * k) + beta    for a linear layer
constexpr void fold_batch_norm(const attributes& a, std::int64_t per_output, const float* weight, const float* bias,
                               const batch_norm_parameters& bn, float* folded_weight, float* folded_bias) {
    for (std::int64_t o = 0; o < a.out; ++o) {
        const float k = inverse_deviation(bn.running_var[o], bn.eps);
        const float gamma = bn.weight ? bn.weight[o] : 1.0F;
        const float scale = exact::mul(gamma, k);
        for (std::int64_t j = 0; j < per_output; ++j) {
            const std::int64_t i = weight_index(a, per_output, o, j);
            folded_weight[i] = exact::mul(weight[i], scale);
        }
        const float centred = exact::sub(bias ? bias[o] : 0.0F, bn.running_mean[o]);
        const float scaled =
            a.code == op_code::linear ? exact::mul(centred, scale) : exact::mul(exact::mul(centred, k), gamma);
        folded_bias[o] = exact::add(scaled, bn.bias ? bn.bias[o] : 0.0F);
    }
}

}  // namespace kernel::float32

QUANTYPE_END_NAMESPACE
