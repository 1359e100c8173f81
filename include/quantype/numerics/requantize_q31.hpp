// SPDX-License-Identifier: BSL-1.0
// Requantization policies in fixed point (TensorFlow Lite, TFLM, CMSIS-NN): no float at run time.
#pragma once
#include <quantype/numerics/requantize.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace requantize {

/// What both fixed-point rules share. M = input * weight / output in float64, held as Q31 mantissa and shift; below
/// 2^-32 it is zero, and the channel gives the zero point only (published models hold such dead channels). A float
/// bias becomes round_half_away(b / (input * weight)) in float64; files of these formats hold it as int32 already.
struct tflite_params {
    std::int32_t bias = 0;
    q31_multiplier multiplier{};
    constexpr bool operator==(const tflite_params&) const = default;
};

/// The common part of the two policies below.
struct tflite_base {
    using params = tflite_params;
    static constexpr bool integer_bias = true;

    static constexpr made<params> make(const channel_scales& s, std::int32_t bias) {
        if (const auto bad = detail::numerics::check_scales(s); bad != requantize_status::ok) return {{}, bad};
        const double real = exact::div(exact::mul(s.input, s.weight), s.output);
        const q31_multiplier m = quantize_multiplier(real);
        if (!(real <= 1073741824.0)) return {{}, requantize_status::multiplier_out_of_range};
        return {{bias, m}, requantize_status::ok};
    }
    static constexpr made<params> make(const channel_scales& s) {
        if (const auto bad = detail::numerics::check_scales(s); bad != requantize_status::ok) return {{}, bad};
        const std::int64_t bias =
            round_half_away(exact::div(static_cast<double>(s.bias), exact::mul(s.input, s.weight)));
        if (bias != saturate<std::int32_t>(bias)) return {{}, requantize_status::bias_overflows_int32};
        return make(s, static_cast<std::int32_t>(bias));
    }
    static constexpr std::int32_t start(const params& p) { return p.bias; }
    static constexpr std::int32_t to_code(std::int32_t scaled, std::int32_t z, std::int32_t lo, std::int32_t hi) {
        return static_cast<std::int32_t>(clamp<std::int64_t>(std::int64_t{scaled} + z, lo, hi));
    }
};

/// code = clamp(shift_half_away(high_mul(acc << left, q31), right) + z, lo, hi). Rounds twice: the default build.
struct tflite_double_rounding : tflite_base {
    static constexpr std::int32_t scale(std::int32_t x, q31_multiplier m) { return multiply_double_rounding(x, m); }
    static constexpr std::int32_t apply(std::int32_t acc, const params& p, std::int32_t z, std::int32_t lo,
                                        std::int32_t hi) {
        return to_code(scale(acc, p.multiplier), z, lo, hi);
    }
};

/// code = clamp(((acc * q31 + half) >> (31 - shift)) + z, lo, hi). Rounds once, ties towards plus infinity.
struct tflite_single_rounding : tflite_base {
    static constexpr std::int32_t scale(std::int32_t x, q31_multiplier m) { return multiply_single_rounding(x, m); }
    static constexpr std::int32_t apply(std::int32_t acc, const params& p, std::int32_t z, std::int32_t lo,
                                        std::int32_t hi) {
        return to_code(scale(acc, p.multiplier), z, lo, hi);
    }
};

}  // namespace requantize

QUANTYPE_END_NAMESPACE
