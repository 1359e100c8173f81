// SPDX-License-Identifier: BSL-1.0
// Rules of quantized elementwise multiplication as policies, of the same form as the rules of addition.
#pragma once
#include <quantype/numerics/add_rules.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace mul_rule {

/// The integer product (a - za) * (b - zb), requantized by a policy of numerics/requantize.hpp with input scale sa and
/// weight scale sb. With requantize::qnnpack this is the rule of torch.ops.quantized.mul: clamp(rne(f32(c) * m) + z).
template <class Policy>
struct requantized {
    using params = typename Policy::params;

    static constexpr made<params> make(const binary_scales& s) { return Policy::make({s.a, s.b, s.output, 0.0f}); }
    static constexpr std::int32_t apply(std::int32_t a, std::int32_t b, const params& p, const binary_codes& c) {
        const std::int32_t product = (a - c.a_zero_point) * (b - c.b_zero_point);
        return Policy::apply(product, p, c.output_zero_point, c.lo, c.hi);
    }
};

/// code = clamp(rne((f32(a - za) * sa) * (f32(b - zb) * sb) * f32(1 / s)) + z), every step rounded to float32.
struct float32 {
    using params = add_rule::float32::params;

    static constexpr made<params> make(const binary_scales& s) { return add_rule::float32::make(s); }
    static constexpr std::int32_t apply(std::int32_t a, std::int32_t b, const params& p, const binary_codes& c) {
        const float x = exact::mul(exact::to_float(a - c.a_zero_point), p.a_scale);
        const float y = exact::mul(exact::to_float(b - c.b_zero_point), p.b_scale);
        const float scaled = exact::mul(exact::mul(x, y), p.inverse_output_scale);
        return detail::numerics::round_to_code(scaled, c.output_zero_point, c.lo, c.hi);
    }
};

}  // namespace mul_rule

QUANTYPE_END_NAMESPACE
