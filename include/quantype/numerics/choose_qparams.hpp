// SPDX-License-Identifier: BSL-1.0
// Scale and zero point of a range of reals: the observers' rule (float32) and the rule of dynamic kernels (float64).
#pragma once
#include <bit>

#include <quantype/core/dtype.hpp>
#include <quantype/numerics/exact.hpp>
#include <quantype/numerics/rounding.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Scale (float32) and zero point, real = (code - zero_point) * scale.
struct scale_zero_point {
    float scale = 1.0f;
    std::int32_t zero_point = 0;
    constexpr bool operator==(const scale_zero_point&) const = default;
};

/// The same with a zero point that is a real.
struct scale_float_zero_point {
    float scale = 1.0f;
    float zero_point = 0.0f;
    constexpr bool operator==(const scale_float_zero_point&) const = default;
};

namespace detail::affine {

// NaN wins, as in torch.min, torch.max and torch.clamp.
// NaN is told by its bits: -ffast-math takes a != a for false.
constexpr bool is_nan(float a) { return (std::bit_cast<std::uint32_t>(a) & 0x7fffffffU) > 0x7f800000U; }
constexpr float min_of(float a, float b) { return is_nan(a) || a < b ? a : b; }
constexpr float max_of(float a, float b) { return is_nan(a) || a > b ? a : b; }
constexpr float magnitude(float a) { return a < 0.0f ? -a : a; }

constexpr float width_of(code_range r) { return exact::to_float(static_cast<double>(r.max - r.min)); }

}  // namespace detail::affine

/// Affine rule of the observers: lo = min(min, 0), hi = max(max, 0); scale = max((hi - lo) / (qmax - qmin), eps);
/// zero point = qmin - rne(lo / scale), in 32-bit wrap-around arithmetic, clamped to the codes. All in float32. A range
/// wider than float32 gives scale = inf. Precondition: min <= max.
constexpr scale_zero_point choose_affine_qparams(float min, float max, code_range codes, float eps) {
    namespace d = detail::affine;
    const float lo = d::min_of(min, 0.0f), hi = d::max_of(max, 0.0f);
    const float scale = d::max_of(exact::div(exact::sub(hi, lo), d::width_of(codes)), eps);
    const auto steps = static_cast<std::uint32_t>(rne(exact::div(lo, scale)));
    const auto zero = static_cast<std::int32_t>(static_cast<std::uint32_t>(codes.min) - steps);
    return {scale, static_cast<std::int32_t>(clamp<std::int64_t>(zero, codes.min, codes.max))};
}

/// Symmetric rule: scale = max(m / ((qmax - qmin) / 2), eps) with m = max(-lo, hi); the zero point is the caller's (see
/// symmetric_zero_point). The divisor for -128..127 is 127.5.
constexpr scale_zero_point choose_symmetric_qparams(float min, float max, code_range codes, float eps,
                                                    std::int32_t zero_point) {
    namespace d = detail::affine;
    const float lo = d::min_of(min, 0.0f), hi = d::max_of(max, 0.0f);
    const float half = exact::div(d::width_of(codes), 2.0f);
    return {d::max_of(exact::div(d::max_of(-lo, hi), half), eps), zero_point};
}

/// Zero point of the symmetric schemes: 0 for signed dtypes, the middle for unsigned ones; (qmin + qmax) / 2 rounded
/// down for quint8 with a range given by the user.
constexpr std::int32_t symmetric_zero_point(dtype type, code_range codes, bool range_is_custom) {
    if (type == dtype::uint16) return 32768;
    if (type != dtype::quint8 && type != dtype::uint8) return 0;
    const std::int64_t sum = codes.min + codes.max;
    return range_is_custom ? static_cast<std::int32_t>((sum - (sum & 1)) / 2) : 128;
}

/// Float-qparams rule: scale = (max - min) / (qmax - qmin), replaced by 1 where it is not above eps; zero point =
/// -min / scale, not rounded. The range is not widened to hold zero.
constexpr scale_float_zero_point choose_float_qparams(float min, float max, code_range codes, float eps) {
    const float wide = exact::div(exact::sub(max, min), detail::affine::width_of(codes));
    const float scale = wide > eps ? wide : 1.0f;
    return {scale, exact::div(-min, scale)};
}

/// Codes of a dynamic kernel: qmin and qmax halved (towards zero) when reduce_range is set.
constexpr code_range dynamic_codes(dtype type, bool reduce_range) {
    const code_range full = codes_of(type);
    return reduce_range ? code_range{full.min / 2, full.max / 2} : full;
}

/// Rule of dynamic kernels and of fused fake-quantize: float64, no eps, scales below 6.1e-5 are cut off, and the zero
/// point is computed from the end of the range that gives the smaller error. Source: the rule of
/// quantize_per_tensor_dynamic.
constexpr scale_zero_point choose_dynamic_qparams(float min, float max, code_range codes) {
    namespace d = detail::affine;
    constexpr float cut_off = 6.1e-5f;
    float lo = d::min_of(min, 0.0f), hi = d::max_of(max, 0.0f);
    const double qmin = static_cast<double>(codes.min), qmax = static_cast<double>(codes.max);
    double scale = exact::div(exact::opaque(static_cast<double>(hi) - static_cast<double>(lo)), qmax - qmin);
    // 1 / s overflows float32 exactly when s <= 2^-128.
    if (exact::to_float(scale) <= 0x1p-128f) scale = 0.1;
    if (scale < static_cast<double>(cut_off)) {
        const float before = exact::to_float(scale);
        scale = static_cast<double>(cut_off);
        const float reach = exact::mul(cut_off, d::width_of(codes));
        const float growth = exact::div(cut_off, before);
        if (lo == 0.0f) {
            hi = reach;
        } else if (hi == 0.0f) {
            lo = -reach;
        } else {
            lo = exact::mul(lo, growth);
            hi = exact::mul(hi, growth);
        }
    }
    const auto absolute = [](double x) { return x < 0.0 ? -x : x; };
    const double below = exact::div(static_cast<double>(lo), scale), above = exact::div(static_cast<double>(hi), scale);
    const bool from_min =
        exact::opaque(absolute(qmin) - absolute(below)) < exact::opaque(absolute(qmax) - absolute(above));
    const double zero = from_min ? exact::opaque(qmin - below) : exact::opaque(qmax - above);
    return {exact::to_float(scale), static_cast<std::int32_t>(clamp(rne(zero), codes.min, codes.max))};
}

QUANTYPE_END_NAMESPACE
