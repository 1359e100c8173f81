// SPDX-License-Identifier: BSL-1.0
// The specification of batch normalisation of codes (contract/batch_norm.hpp), and its parameters.
#pragma once
#include <quantype/kernel/contract/batch_norm.hpp>
#include <quantype/numerics/elementary.hpp>
#include <quantype/numerics/requantize.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel {

/// The float parameters of one channel.
struct batch_norm_channel {
    float gamma = 1.0f;
    float beta = 0.0f;
    float mean = 0.0f;
    float variance = 1.0f;
};

/// alpha = (gamma / sqrt(var + eps)) * f32(sx / s), beta = (beta - mean * gamma / sqrt(var + eps)) / s; float32, one
/// rounding a step. Source: PyTorch's quantized::batch_norm. Precondition: var + eps > 0, scales positive.
constexpr batch_norm_params make_batch_norm(const batch_norm_channel& c, float eps, double input_scale,
                                            double output_scale) {
    const float deviation = elementary::sqrt(exact::add(c.variance, eps));
    const float inverse = exact::div(1.0f, deviation);
    const float sx = exact::to_float(input_scale);
    const float s = exact::to_float(output_scale);
    const float scaled = exact::mul(inverse, c.gamma);
    const float alpha = exact::mul(scaled, exact::div(sx, s));
    const float shifted = exact::sub(c.beta, exact::mul(c.mean, scaled));
    return {alpha, exact::div(shifted, s)};
}

}  // namespace kernel

namespace kernel::scalar {

/// For shapes known at run time only.
template <code_type In, code_type Out>
constexpr void batch_norm_loop(const rows_config& config, const batch_norm_args<In, Out>& args) {
    for (int r = 0; r < config.rows; ++r) {
        const In* x = args.input + static_cast<std::ptrdiff_t>(r) * config.input_row();
        Out* y = args.output + static_cast<std::ptrdiff_t>(r) * config.output_row();
        for (int c = 0; c < config.length; ++c) {
            const batch_norm_params& p = args.channels[c];
            const float scaled = exact::mul(exact::to_float(x[c] - args.input_zero_point), p.alpha);
            y[c] = static_cast<Out>(quantype::detail::numerics::round_to_code(
                exact::add(scaled, p.beta), args.output_zero_point, args.output_lo, args.output_hi));
        }
    }
}

template <rows_config Config, code_type In, code_type Out>
constexpr void batch_norm(const batch_norm_args<In, Out>& args) {
    static_assert(Config.valid(), "batch_norm: extents must be positive and strides at least as long as a row");
    batch_norm_loop(Config, args);
}

}  // namespace kernel::scalar

QUANTYPE_END_NAMESPACE
