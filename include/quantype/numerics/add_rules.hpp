// SPDX-License-Identifier: BSL-1.0
// Rules of quantized addition as policies. A rule has `params` of the whole tensor, `make` and `apply`, all constexpr.
#pragma once
#include <quantype/numerics/requantize_q31.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Scales of a binary op: both operands and the output, as the engine holds them.
struct binary_scales {
    double a = 1.0;
    double b = 1.0;
    double output = 1.0;
};

/// Zero points and output bounds of a binary op.
struct binary_codes {
    std::int32_t a_zero_point = 0;
    std::int32_t b_zero_point = 0;
    std::int32_t output_zero_point = 0;
    std::int32_t lo = 0;
    std::int32_t hi = 255;
};

namespace detail::numerics {

constexpr requantize_status check_scales(const binary_scales& s) {
    return check_scales(channel_scales{s.a, s.b, s.output, 0.0f});
}

}  // namespace detail::numerics

namespace add_rule {

/// The integer rule of PyTorch's engine "qnnpack", equal shapes: ra = f32(sa) / f32(s), rb likewise, each in
/// [2^-14, 2^8); e = exponent of the larger; shift = 21 - e; A = rne(ra * 2^shift), B likewise;
/// code = clamp(shift_half_away(A * (a - za) + B * (b - zb), shift) + z). The one rule that rounds half away from zero.
struct qnnpack {
    struct params {
        std::int32_t a_multiplier = 0;  ///< below 2^22, so the sum of two products fits int32
        std::int32_t b_multiplier = 0;
        std::int32_t shift = 0;  ///< 14..31
        constexpr bool operator==(const params&) const = default;
    };

    static constexpr made<params> make(const binary_scales& s) {
        if (const auto bad = detail::numerics::check_scales(s); bad != requantize_status::ok) return {{}, bad};
        const float ra = exact::div(exact::to_float(s.a), exact::to_float(s.output));
        const float rb = exact::div(exact::to_float(s.b), exact::to_float(s.output));
        const bool in_range = ra >= 0x1p-14f && rb >= 0x1p-14f && ra < 256.0f && rb < 256.0f;
        if (!in_range) return {{}, requantize_status::multiplier_out_of_range};
        const auto bits = std::bit_cast<std::uint32_t>(ra > rb ? ra : rb);
        const int shift = 21 - (static_cast<int>(bits >> 23) - 127);
        if (shift > 31) return {{}, requantize_status::multiplier_out_of_range};
        const auto power = std::bit_cast<float>(static_cast<std::uint32_t>(shift + 127) << 23);
        return {{rne(exact::mul(ra, power)), rne(exact::mul(rb, power)), shift}, requantize_status::ok};
    }
    static constexpr std::int32_t apply(std::int32_t a, std::int32_t b, const params& p, const binary_codes& c) {
        const std::int32_t acc = p.a_multiplier * (a - c.a_zero_point) + p.b_multiplier * (b - c.b_zero_point);
        return clamp(shift_right_half_away(acc, p.shift) + c.output_zero_point, c.lo, c.hi);
    }
};

/// Everywhere else in PyTorch (broadcasting, other engines): code = clamp(rne((f32(a - za) * sa + f32(b - zb) * sb) *
/// f32(1 / s)) + z), every step rounded to float32. Ties to even.
struct float32 {
    struct params {
        float a_scale = 1.0f;
        float b_scale = 1.0f;
        float inverse_output_scale = 1.0f;
        constexpr bool operator==(const params&) const = default;
    };

    static constexpr made<params> make(const binary_scales& s) {
        if (const auto bad = detail::numerics::check_scales(s); bad != requantize_status::ok) return {{}, bad};
        const float inverse = exact::div(1.0f, exact::to_float(s.output));
        if (!detail::numerics::is_normal_positive(inverse)) return {{}, requantize_status::multiplier_not_normal};
        return {{exact::to_float(s.a), exact::to_float(s.b), inverse}, requantize_status::ok};
    }
    static constexpr std::int32_t apply(std::int32_t a, std::int32_t b, const params& p, const binary_codes& c) {
        const float x = exact::mul(exact::to_float(a - c.a_zero_point), p.a_scale);
        const float y = exact::mul(exact::to_float(b - c.b_zero_point), p.b_scale);
        const float scaled = exact::mul(exact::add(x, y), p.inverse_output_scale);
        return detail::numerics::round_to_code(scaled, c.output_zero_point, c.lo, c.hi);
    }
};

/// TensorFlow Lite's rule: t = 2 * max(sa, sb) in float64; A = Q31(sa / t), B = Q31(sb / t), C = Q31(t / (2^20 * s));
/// code = clamp(C * (A * ((a - za) << 20) + B * ((b - zb) << 20)) + z), each product rounded by `Policy`
/// (requantize::tflite_double_rounding or tflite_single_rounding).
template <class Policy>
struct tflite {
    static constexpr int left_shift = 20;
    struct params {
        q31_multiplier a{};
        q31_multiplier b{};
        q31_multiplier output{};
        constexpr bool operator==(const params&) const = default;
    };

    static constexpr made<params> make(const binary_scales& s) {
        if (const auto bad = detail::numerics::check_scales(s); bad != requantize_status::ok) return {{}, bad};
        const double twice_max = 2.0 * (s.a > s.b ? s.a : s.b);
        const params p{quantize_multiplier(exact::div(s.a, twice_max)), quantize_multiplier(exact::div(s.b, twice_max)),
                       quantize_multiplier(exact::div(twice_max, static_cast<double>(1 << left_shift) * s.output))};
        if (p.a.q31 == 0 || p.b.q31 == 0 || p.output.q31 == 0 || p.output.shift > 0)
            return {p, requantize_status::multiplier_out_of_range};
        return {p, requantize_status::ok};
    }
    static constexpr std::int32_t apply(std::int32_t a, std::int32_t b, const params& p, const binary_codes& c) {
        const std::int32_t x = Policy::scale((a - c.a_zero_point) * (1 << left_shift), p.a);
        const std::int32_t y = Policy::scale((b - c.b_zero_point) * (1 << left_shift), p.b);
        return Policy::to_code(Policy::scale(x + y, p.output), c.output_zero_point, c.lo, c.hi);
    }
};

}  // namespace add_rule

QUANTYPE_END_NAMESPACE
