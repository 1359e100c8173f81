// SPDX-License-Identifier: BSL-1.0
// Rules of a convolution whose result another value is added to, before there are codes of it. A rule has `channel`, a
// requantization policy with the parameters of one output channel, `params` of the whole tensor, `make` and `apply`.
#pragma once
#include <quantype/numerics/add_rules.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace conv_add_rule {

/// The rule of torch.ops.quantized.conv2d_add and conv2d_add_relu (engine "onednn" alone has them), oneDNN's sum:
///   t = f32(acc) * f32(f32(sw) * f32(sx)) + b + f32(e - ze) * f32(se),  code = clamp(rne(t * f32(1 / s) + z), lo, hi)
/// from left to right, every step rounded to float32; ties to even; the zero point is added before rounding. e, se, ze:
/// code, scale and zero point of the addend. oneDNN's reference kernel does the same; its generated kernels add the
/// product e * se with one rounding (fused multiply-add), so that their codes can differ by one.
struct onednn {
    using channel = requantize::onednn;
    struct params {
        float addend_scale = 1.0f;
        constexpr bool operator==(const params&) const = default;
    };

    static constexpr made<params> make(double addend_scale) {
        if (!detail::numerics::is_positive_finite(addend_scale)) return {{}, requantize_status::scale_not_positive};
        const float scale = exact::to_float(addend_scale);
        if (!detail::numerics::is_normal_positive(scale)) return {{}, requantize_status::multiplier_not_normal};
        return {{scale}, requantize_status::ok};
    }
    /// `codes`: b is the addend.
    static constexpr std::int32_t apply(std::int32_t acc, const channel::params& c, std::int32_t addend,
                                        const params& p, const binary_codes& codes) {
        const float e = exact::mul(exact::to_float(addend - codes.b_zero_point), p.addend_scale);
        return channel::to_code(exact::add(channel::real(acc, c), e), c, codes.output_zero_point, codes.lo, codes.hi);
    }
};

}  // namespace conv_add_rule

QUANTYPE_END_NAMESPACE
