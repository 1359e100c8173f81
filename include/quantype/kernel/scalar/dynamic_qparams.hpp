// SPDX-License-Identifier: BSL-1.0
// Scale and zero point chosen from the data of one call, for dynamic quantization (semantics 3.4).
#pragma once
#include <quantype/kernel/scalar/unary_table.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::scalar {

namespace detail {

constexpr double magnitude(double x) { return x < 0.0 ? -x : x; }

// The zero point from whichever end of the range it comes out more exactly, moved into the codes, half to even.
constexpr std::int32_t choose_zero_point(double lo, double hi, double scale, std::int32_t qmin, std::int32_t qmax) {
    const double from_low = qmin - lo / scale;
    const double from_high = qmax - hi / scale;
    const double low_error = magnitude(qmin) - magnitude(lo / scale);
    const double high_error = magnitude(qmax) - magnitude(hi / scale);
    const double z = low_error < high_error ? from_low : from_high;
    return static_cast<std::int32_t>(rne(quantype::clamp<double>(z, qmin, qmax)));
}

}  // namespace detail

/// Scale and zero point for `count` finite values over codes qmin..qmax, in float64: scale = (hi - lo) / (qmax - qmin)
/// with zero in the range; 0.1 if it vanishes in float32; not below 6.1e-5, to which the range is then stretched.
constexpr scale_zero choose_dynamic(const float* values, std::ptrdiff_t count, std::int32_t qmin, std::int32_t qmax) {
    float lo = 0.0f;
    float hi = 0.0f;
    for (std::ptrdiff_t i = 0; i < count; ++i) {
        lo = values[i] < lo ? values[i] : lo;
        hi = values[i] > hi ? values[i] : hi;
    }
    constexpr float smallest = 6.1e-5f;
    const std::int32_t steps = qmax - qmin;
    double scale = (static_cast<double>(hi) - static_cast<double>(lo)) / steps;
    const float narrow = exact::to_float(scale);
    // 1 / x is infinite in float32 for x below 2^-128 (and a little above, up to the tie).
    if (narrow == 0.0f || !quantype::detail::numerics::is_finite(exact::div(1.0f, narrow))) scale = 0.1;
    if (scale < static_cast<double>(smallest)) {
        const float before = exact::to_float(scale);
        scale = static_cast<double>(smallest);
        const float width = exact::mul(smallest, exact::to_float(steps));
        const float stretch = exact::div(smallest, before);
        const bool one_sided_low = lo == 0.0f;
        const bool one_sided_high = hi == 0.0f;
        hi = one_sided_low ? width : exact::mul(hi, stretch);
        lo = one_sided_low ? lo : (one_sided_high ? -width : exact::mul(lo, stretch));
    }
    return {scale, detail::choose_zero_point(static_cast<double>(lo), static_cast<double>(hi), scale, qmin, qmax)};
}

}  // namespace kernel::scalar

QUANTYPE_END_NAMESPACE
