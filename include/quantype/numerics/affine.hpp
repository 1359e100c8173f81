// SPDX-License-Identifier: BSL-1.0
// Affine quantization of single values and of whole tensors: quantize, dequantize. Every float32 step is rounded by
// itself, so the codes are the same on every compiler and in constant expressions.
#pragma once
#include <quantype/core/dtype.hpp>
#include <quantype/core/tensor_view.hpp>
#include <quantype/numerics/exact.hpp>
#include <quantype/numerics/rounding.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// 1 / f32(scale), the factor of quantize. A multiplication by it, not a division by the scale, decides the codes.
constexpr float inverse_of(double scale) { return exact::div(1.0f, exact::to_float(scale)); }

/// clamp(zero_point + rne(x * inverse_scale), lowest, highest). The zero point is added after the rounding. Values
/// beyond the codes saturate, infinities too; NaN gives the lowest code. Source: semantics of quantize_per_tensor.
constexpr std::int32_t quantize(float x, float inverse_scale, std::int64_t zero_point, code_range codes) {
    const std::int64_t code = zero_point + rne(exact::mul(x, inverse_scale));
    return static_cast<std::int32_t>(clamp(code, codes.min, codes.max));
}

/// f32(code - zero_point) * f32(scale).
constexpr float dequantize(std::int64_t code, float scale, std::int64_t zero_point) {
    return exact::mul(exact::to_float(static_cast<double>(code - zero_point)), scale);
}

/// Float zero point, added before the rounding: clamp(rne(x * inverse_scale + zero_point)). A scale of 0 counts as 1.
constexpr std::int32_t quantize_float_qparams(float x, float scale, float zero_point, code_range codes) {
    const float inverse = scale == 0.0f ? 1.0f : inverse_of(static_cast<double>(scale));
    const std::int64_t code = rne(exact::add(exact::mul(x, inverse), zero_point));
    return static_cast<std::int32_t>(clamp(code, codes.min, codes.max));
}

/// (code - zero_point) * scale with a float zero point.
constexpr float dequantize_float_qparams(std::int64_t code, float scale, float zero_point) {
    return exact::mul(exact::sub(exact::to_float(static_cast<double>(code)), zero_point), scale);
}

namespace detail::affine {

// shape::count() with a bound the compiler can see: at -O3 gcc 12 otherwise warns of a read behind the last extent.
constexpr std::int64_t count_of(const shape& s) {
    std::int64_t n = 1;
    for (int i = 0; i < max_rank; ++i) n *= i < s.rank ? s.dims[i] : 1;
    return n;
}

}  // namespace detail::affine

/// Codes of a whole tensor, clamped to the full range of `type` (not to an observer's range). Same shape in and out.
template <class Code>
constexpr void quantize_per_tensor(const tensor_view<const float>& x, const tensor_view<Code>& codes, double scale,
                                   std::int64_t zero_point, dtype type) {
    const float inverse = inverse_of(scale);
    const code_range range = codes_of(type);
    const std::int64_t n = detail::affine::count_of(x.extents);
    for (std::int64_t i = 0; i < n; ++i) codes[i] = static_cast<Code>(quantize(x[i], inverse, zero_point, range));
}

template <class Code>
constexpr void dequantize_per_tensor(const tensor_view<const Code>& codes, const tensor_view<float>& x, double scale,
                                     std::int64_t zero_point) {
    const float factor = exact::to_float(scale);
    const std::int64_t n = detail::affine::count_of(codes.extents);
    for (std::int64_t i = 0; i < n; ++i) x[i] = dequantize(codes[i], factor, zero_point);
}

namespace detail::affine {

// Elements that lie between two neighbours along `axis`.
constexpr std::int64_t inner_count(const shape& s, int axis) {
    std::int64_t n = 1;
    for (int i = axis + 1; i < s.rank; ++i) n *= s[i];
    return n;
}

// Calls f(element, channel) for every element.
template <class F>
constexpr void for_each_in_channel(const shape& s, int axis, F&& f) {
    const std::int64_t inner = inner_count(s, axis), channels = s[axis];
    const std::int64_t outer = inner * channels == 0 ? 0 : count_of(s) / (inner * channels);
    std::int64_t i = 0;
    for (std::int64_t o = 0; o < outer; ++o)
        for (std::int64_t c = 0; c < channels; ++c)
            for (std::int64_t k = 0; k < inner; ++k) f(i++, c);
}

}  // namespace detail::affine

/// As quantize_per_tensor with a scale and a zero point for each index along `axis` (0 <= axis < rank). With a floating
/// ZeroPoint the zero point is added before the rounding.
template <class Code, class Scale, class ZeroPoint>
constexpr void quantize_per_channel(const tensor_view<const float>& x, const tensor_view<Code>& codes,
                                    const Scale* scales, const ZeroPoint* zero_points, int axis, dtype type) {
    const code_range range = codes_of(type);
    detail::affine::for_each_in_channel(x.extents, axis, [&](std::int64_t i, std::int64_t c) {
        const float scale = exact::to_float(static_cast<double>(scales[c]));
        if constexpr (std::is_floating_point_v<ZeroPoint>) {
            const float zero = exact::to_float(static_cast<double>(zero_points[c]));
            codes[i] = static_cast<Code>(quantize_float_qparams(x[i], scale, zero, range));
        } else {
            codes[i] = static_cast<Code>(quantize(x[i], inverse_of(static_cast<double>(scale)), zero_points[c], range));
        }
    });
}

template <class Code, class Scale, class ZeroPoint>
constexpr void dequantize_per_channel(const tensor_view<const Code>& codes, const tensor_view<float>& x,
                                      const Scale* scales, const ZeroPoint* zero_points, int axis) {
    detail::affine::for_each_in_channel(codes.extents, axis, [&](std::int64_t i, std::int64_t c) {
        const float scale = exact::to_float(static_cast<double>(scales[c]));
        if constexpr (std::is_floating_point_v<ZeroPoint>) {
            x[i] = dequantize_float_qparams(codes[i], scale, exact::to_float(static_cast<double>(zero_points[c])));
        } else {
            x[i] = dequantize(codes[i], scale, zero_points[c]);
        }
    });
}

QUANTYPE_END_NAMESPACE
