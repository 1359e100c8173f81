// SPDX-License-Identifier: BSL-1.0
// Contract of the quantized 2-d convolution that adds another value to its result.
#pragma once
#include <quantype/kernel/contract/conv2d.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel {

/// Static facts: the convolution, and how the addend lies in memory. Its extents are those of the output.
struct conv2d_add_config {
    conv2d_config conv{};
    image_layout addend{};

    constexpr bool valid() const {
        return conv.valid() && addend.valid() && addend.height == conv.output.height &&
               addend.width == conv.output.width && addend.channels == conv.output.channels;
    }
    constexpr bool operator==(const conv2d_add_config&) const = default;
};

/// y[n][oy][ox][o] = Rule::apply(acc, p[o], e[n][oy][ox][o], whole, {., addend_zero_point, output_zero_point,
///                               output_lo, output_hi})
/// acc: start(p[o]) + the sum of products of contract/conv2d.hpp, whose preconditions hold here too. The rule
/// (numerics/conv_add_rules.hpp) carries formula and rounding: p[o] are parameters of Rule::channel, `whole` is one
/// Rule::params. A rule may round twice as well, first to the convolution's own codes and then their sum, which is how
/// a sum merged into the convolution before it keeps the bits of the two ops. A fused ReLU is output_lo =
/// relu_lower_bound(...). The output may be the same memory as an addend of equal layout; it does not overlap the
/// input.
template <code_type In, code_type Addend, code_type Out, class Rule>
struct conv2d_add_args {
    const In* input = nullptr;
    const std::int8_t* weight = nullptr;
    const typename Rule::channel::params* channels = nullptr;
    const Addend* addend = nullptr;
    Out* output = nullptr;
    typename Rule::params whole{};
    std::int32_t input_zero_point = 0;
    std::int32_t weight_zero_point = 0;  ///< read only when config.conv.weight_zero_point
    std::int32_t addend_zero_point = 0;
    std::int32_t output_zero_point = 0;
    std::int32_t output_lo = lowest_code<Out>;
    std::int32_t output_hi = highest_code<Out>;
};

}  // namespace kernel

QUANTYPE_END_NAMESPACE
