// SPDX-License-Identifier: BSL-1.0
// Requantization policies: how an int32 sum of products becomes an 8-bit code. A policy is a type with the parameters
// of one output channel (`params`), a `make` that computes them, and an `apply` that uses them; all constexpr.
#pragma once
#include <bit>
#include <cstdint>
#include <limits>

#include <quantype/numerics/exact.hpp>
#include <quantype/numerics/fixed_point.hpp>
#include <quantype/numerics/rounding.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Why the parameters of a channel cannot be made.
enum class requantize_status : std::uint8_t {
    ok,
    scale_not_positive,       ///< an input, weight or output scale is not a positive finite number (in float32)
    multiplier_not_normal,    ///< the multiplier is zero, subnormal or infinite in float32
    multiplier_out_of_range,  ///< the multiplier does not fit the fixed-point form
    bias_not_finite,          ///< the float bias is NaN or infinite
    bias_overflows_int32,     ///< the bias in units of the accumulator does not fit int32
};

/// What `make` needs to know of one output channel. Scales as the engine holds them (float64), bias in real units.
struct channel_scales {
    double input = 1.0;
    double weight = 1.0;
    double output = 1.0;
    float bias = 0.0f;
};

/// Parameters, or the reason why there are none.
template <class Params>
struct made {
    Params params{};
    requantize_status status = requantize_status::ok;
    constexpr explicit operator bool() const { return status == requantize_status::ok; }
};

/// Lowest output code under a fused ReLU: the code of zero, moved into lo..hi.
constexpr std::int32_t relu_lower_bound(std::int32_t zero_point, std::int32_t lo, std::int32_t hi) {
    return clamp(zero_point, lo, hi);
}

namespace detail::numerics {

// By their bits, which are in the order of positive numbers: -ffinite-math-only takes every comparison with NaN for
// true.
constexpr bool is_positive_finite(double x) {
    const auto bits = std::bit_cast<std::uint64_t>(x);
    return bits != 0 && bits <= std::bit_cast<std::uint64_t>(0x1.fffffep127);
}
constexpr bool is_finite(float x) { return (std::bit_cast<std::uint32_t>(x) & 0x7f800000u) != 0x7f800000u; }
constexpr bool is_normal_positive(float x) {
    const auto bits = std::bit_cast<std::uint32_t>(x);
    return bits >= 0x00800000u && bits < 0x7f800000u;
}

constexpr requantize_status check_scales(const channel_scales& s) {
    const bool good = is_positive_finite(s.input) && is_positive_finite(s.weight) && is_positive_finite(s.output);
    if (!good) return requantize_status::scale_not_positive;
    return is_finite(s.bias) ? requantize_status::ok : requantize_status::bias_not_finite;
}

// Clamping before rounding gives the same code as after it (the bounds are integers) and keeps the conversion in range.
constexpr std::int32_t round_to_code(float x, std::int32_t zero_point, std::int32_t lo, std::int32_t hi) {
    const float low = static_cast<float>(lo - zero_point);
    const float high = static_cast<float>(hi - zero_point);
    return rne_in_range(clamp(x, low, high)) + zero_point;
}

}  // namespace detail::numerics

namespace requantize {

/// The rule of PyTorch's engine "qnnpack", float32 throughout:
///   bias = rne(b * (1 / f32(sw * sx))),  multiplier = f32(f32(f32(sw) * f32(sx)) * f32(1 / f32(s))),
///   code = clamp(rne(f32(acc + bias) * multiplier) + z, lo, hi). Ties to even.
struct qnnpack {
    struct params {
        std::int32_t bias = 0;
        float multiplier = 1.0f;
        constexpr bool operator==(const params&) const = default;
    };
    static constexpr bool integer_bias = true;

    static constexpr float multiplier_of(double input, double weight, double output) {
        const float product = exact::mul(exact::to_float(weight), exact::to_float(input));
        return exact::mul(product, exact::div(1.0f, exact::to_float(output)));
    }
    /// From a bias that is in units of the accumulator already.
    static constexpr made<params> make(const channel_scales& s, std::int32_t bias) {
        if (const requantize_status bad = detail::numerics::check_scales(s); bad != requantize_status::ok)
            return {{}, bad};
        const float m = multiplier_of(s.input, s.weight, s.output);
        if (!detail::numerics::is_normal_positive(m)) return {{}, requantize_status::multiplier_not_normal};
        return {{bias, m}, requantize_status::ok};
    }
    static constexpr made<params> make(const channel_scales& s) {
        if (const requantize_status bad = detail::numerics::check_scales(s); bad != requantize_status::ok)
            return {{}, bad};
        const float accumulator_scale = exact::to_float(exact::mul(s.weight, s.input));
        if (!detail::numerics::is_normal_positive(accumulator_scale))
            return {{}, requantize_status::multiplier_not_normal};
        const float b = exact::mul(s.bias, exact::div(1.0f, accumulator_scale));
        if (!(b >= -2147483648.0f && b < 2147483648.0f)) return {{}, requantize_status::bias_overflows_int32};
        return make(s, rne(b));
    }
    /// What the accumulator starts with; `apply` expects a sum that includes it.
    static constexpr std::int32_t start(const params& p) { return p.bias; }
    static constexpr std::int32_t apply(std::int32_t acc, const params& p, std::int32_t z, std::int32_t lo,
                                        std::int32_t hi) {
        return detail::numerics::round_to_code(exact::mul(exact::to_float(acc), p.multiplier), z, lo, hi);
    }
};

/// oneDNN's rule, PyTorch's engine "onednn": t = f32(acc) * f32(f32(sw) * f32(sx)) + b, code = clamp(rne(t * f32(1 / s)
/// + z), lo, hi). The bias stays float; the zero point is added before rounding. Ties to even. Symmetric weights only.
struct onednn {
    struct params {
        float bias = 0.0f;
        float scale = 1.0f;
        float inverse_output_scale = 1.0f;
        constexpr bool operator==(const params&) const = default;
    };
    static constexpr bool integer_bias = false;

    static constexpr made<params> make(const channel_scales& s) {
        if (const requantize_status bad = detail::numerics::check_scales(s); bad != requantize_status::ok)
            return {{}, bad};
        const float scale = exact::mul(exact::to_float(s.weight), exact::to_float(s.input));
        const float inverse = exact::div(1.0f, exact::to_float(s.output));
        if (!detail::numerics::is_normal_positive(scale) || !detail::numerics::is_normal_positive(inverse))
            return {{}, requantize_status::multiplier_not_normal};
        return {{s.bias, scale, inverse}, requantize_status::ok};
    }
    static constexpr std::int32_t start(const params&) { return 0; }
    static constexpr std::int32_t apply(std::int32_t acc, const params& p, std::int32_t z, std::int32_t lo,
                                        std::int32_t hi) {
        return to_code(real(acc, p), p, z, lo, hi);
    }
    /// Both halves: the real value t, and its code.
    static constexpr float real(std::int32_t acc, const params& p) {
        return exact::add(exact::mul(exact::to_float(acc), p.scale), p.bias);
    }
    static constexpr std::int32_t to_code(float t, const params& p, std::int32_t z, std::int32_t lo, std::int32_t hi) {
        const float y = exact::add(exact::mul(t, p.inverse_output_scale), exact::to_float(z));
        return detail::numerics::round_to_code(y, 0, lo, hi);
    }
};

/// FBGEMM's rule, also that of PyTorch's engine "x86": code = clamp(rne((f32(acc) + b / f32(sx * sw)) *
/// f32(sx * sw / s)) + z, lo, hi). Float bias in units of the accumulator. Ties to even.
struct fbgemm {
    struct params {
        float bias = 0.0f;  ///< b / f32(sx * sw)
        float multiplier = 1.0f;
        constexpr bool operator==(const params&) const = default;
    };
    static constexpr bool integer_bias = false;

    static constexpr made<params> make(const channel_scales& s) {
        if (const requantize_status bad = detail::numerics::check_scales(s); bad != requantize_status::ok)
            return {{}, bad};
        const float accumulator_scale = exact::mul(exact::to_float(s.input), exact::to_float(s.weight));
        const float m = exact::div(accumulator_scale, exact::to_float(s.output));
        if (!detail::numerics::is_normal_positive(accumulator_scale) || !detail::numerics::is_normal_positive(m))
            return {{}, requantize_status::multiplier_not_normal};
        const float b = exact::div(s.bias, accumulator_scale);
        if (!detail::numerics::is_finite(b)) return {{}, requantize_status::bias_not_finite};
        return {{b, m}, requantize_status::ok};
    }
    static constexpr std::int32_t start(const params&) { return 0; }
    static constexpr std::int32_t apply(std::int32_t acc, const params& p, std::int32_t z, std::int32_t lo,
                                        std::int32_t hi) {
        return detail::numerics::round_to_code(exact::mul(exact::add(exact::to_float(acc), p.bias), p.multiplier), z,
                                               lo, hi);
    }
};

}  // namespace requantize

QUANTYPE_END_NAMESPACE
