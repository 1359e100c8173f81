// SPDX-License-Identifier: BSL-1.0
// Fake quantization of single values: quantize and dequantize in one step, its straight-through gradient, and the scale
// that fused fake-quantization chooses. `range` is the observer's quant_min..quant_max, not the dtype's.
#pragma once
#include <quantype/numerics/affine.hpp>
#include <quantype/numerics/choose_qparams.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail::affine {

// The code before it is clamped. Beyond 2^31 it saturates, which no range of codes reaches.
constexpr std::int64_t unclamped(float x, float scale, std::int64_t zero_point) {
    return zero_point + rne(exact::mul(x, inverse_of(static_cast<double>(scale))));
}
constexpr std::int64_t unclamped(float x, float scale, float zero_point) {
    return rne(exact::add(zero_point, exact::mul(x, inverse_of(static_cast<double>(scale)))));
}

constexpr bool within(std::int64_t code, code_range range) { return range.min <= code && code <= range.max; }

}  // namespace detail::affine

/// (clamp(zero_point + rne(x / scale)) - zero_point) * scale, with a multiplication by the reciprocal as in quantize.
constexpr float fake_quantize(float x, float scale, std::int64_t zero_point, code_range range) {
    const std::int64_t code = detail::affine::unclamped(x, scale, zero_point);
    return dequantize(clamp(code, range.min, range.max), scale, zero_point);
}

/// The same with a float zero point, added before the rounding. The way back is computed in float64 and rounded once.
constexpr float fake_quantize_float_qparams(float x, float scale, float zero_point, code_range range) {
    const std::int64_t code = clamp(detail::affine::unclamped(x, scale, zero_point), range.min, range.max);
    const double steps = exact::sub(static_cast<double>(code), static_cast<double>(zero_point));
    return exact::to_float(exact::mul(steps, static_cast<double>(scale)));
}

/// The straight-through gradient: that of the output where the code is in range before it is clamped, else 0.
constexpr float fake_quantize_gradient(float x, float output_gradient, float scale, std::int64_t zero_point,
                                       code_range range) {
    return detail::affine::within(detail::affine::unclamped(x, scale, zero_point), range) ? output_gradient : 0.0f;
}
constexpr float fake_quantize_float_qparams_gradient(float x, float output_gradient, float scale, float zero_point,
                                                     code_range range) {
    return detail::affine::within(detail::affine::unclamped(x, scale, zero_point), range) ? output_gradient : 0.0f;
}

/// Rule of fused fake-quantization: the dynamic kernels' rule. A symmetric scheme first widens a range with 0 inside to
/// M * -(h + 1) .. M * h with h = (qmax - qmin) / 2, so that the scale divides by 128 where the observers' rule divides
/// by 127.5; the zero point is then the middle of the codes. Precondition: min <= max, both finite.
constexpr scale_zero_point choose_fused_qparams(float min, float max, code_range codes, bool symmetric) {
    if (!symmetric || !(min < 0.0f && max > 0.0f)) return choose_dynamic_qparams(min, max, codes);
    const std::int64_t steps = (codes.max - codes.min) / 2;  // rounded down
    const double half = static_cast<double>(steps), lowest = -(half + 1.0);
    const double from_min = exact::div(static_cast<double>(min), lowest);
    const double from_max = exact::div(static_cast<double>(max), half);
    const double step = from_min > from_max ? from_min : from_max;
    scale_zero_point p = choose_dynamic_qparams(exact::to_float(exact::mul(step, lowest)),
                                                exact::to_float(exact::mul(step, half)), codes);
    p.zero_point = static_cast<std::int32_t>(rne(static_cast<double>(codes.min + codes.max) / 2.0));
    return p;
}

QUANTYPE_END_NAMESPACE
