// SPDX-License-Identifier: BSL-1.0
// Requantization with an activation between: oneDNN's linear layers with a fused leaky ReLU or tanh. Policies in the
// sense of numerics/requantize.hpp.
#pragma once
#include <quantype/numerics/elementary.hpp>
#include <quantype/numerics/requantize.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace requantize {

/// The rule of torch.ops.quantized.linear_leaky_relu (engine "onednn" alone has it): t = f32(acc) * f32(f32(sw) *
/// f32(sx)) + b; u = t > 0 ? t : t * slope; code = clamp(rne(u * f32(1 / s) + z), lo, hi). Every step is rounded to
/// float32; ties to even; the zero point is added before rounding. Symmetric weights only.
struct onednn_leaky_relu {
    struct params {
        onednn::params linear{};
        float slope = 0.01f;
        constexpr bool operator==(const params&) const = default;
    };
    static constexpr bool integer_bias = false;

    static constexpr made<params> make(const channel_scales& s, float slope = 0.01f) {
        const made<onednn::params> m = onednn::make(s);
        return {{m.params, slope}, m.status};
    }
    static constexpr std::int32_t start(const params&) { return 0; }
    static constexpr std::int32_t apply(std::int32_t acc, const params& p, std::int32_t z, std::int32_t lo,
                                        std::int32_t hi) {
        const float t = onednn::real(acc, p.linear);
        return onednn::to_code(t > 0.0f ? t : exact::mul(t, p.slope), p.linear, z, lo, hi);
    }
};

/// The rule of torch.ops.quantized.linear_tanh (engine "onednn" alone has it): the same with u = tanh(t), the float64
/// function rounded to float32. oneDNN's generated kernels approximate tanh; their codes can differ by one.
struct onednn_tanh {
    using params = onednn::params;
    static constexpr bool integer_bias = false;

    static constexpr made<params> make(const channel_scales& s) { return onednn::make(s); }
    static constexpr std::int32_t start(const params&) { return 0; }
    static constexpr std::int32_t apply(std::int32_t acc, const params& p, std::int32_t z, std::int32_t lo,
                                        std::int32_t hi) {
        return onednn::to_code(elementary::tanh(onednn::real(acc, p)), p, z, lo, hi);
    }
};

}  // namespace requantize

QUANTYPE_END_NAMESPACE
