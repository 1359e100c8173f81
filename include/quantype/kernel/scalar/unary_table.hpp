// SPDX-License-Identifier: BSL-1.0
// Builders of the 256-entry tables of unary functions (contract/lookup.hpp), as the quantized ops of PyTorch compute
// them for all 256 codes. Constexpr; no libm.
#pragma once
#include <quantype/kernel/contract/lookup.hpp>
#include <quantype/numerics/elementary.hpp>
#include <quantype/numerics/requantize.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel {

/// Scale and zero point of one side of an op.
struct scale_zero {
    double scale = 1.0;
    std::int32_t zero_point = 0;
    constexpr bool operator==(const scale_zero&) const = default;
};

namespace unary {

/// Real functions, float32 in and out. Transcendental parts are computed in float64 and rounded once.
struct hardsigmoid {
    constexpr float operator()(float v) const {
        return exact::div(quantype::clamp(exact::add(v, 3.0f), 0.0f, 6.0f), 6.0f);
    }
};
struct hardswish {
    constexpr float operator()(float v) const {
        return exact::div(exact::mul(v, quantype::clamp(exact::add(v, 3.0f), 0.0f, 6.0f)), 6.0f);
    }
};
struct sigmoid {
    constexpr float operator()(float v) const { return elementary::sigmoid(v); }
};
struct tanh {
    constexpr float operator()(float v) const { return elementary::tanh(v); }
};
struct leaky_relu {
    float slope = 0.01f;
    constexpr float operator()(float v) const { return v > 0.0f ? v : exact::mul(v, slope); }
};
struct elu {
    float alpha = 1.0f;
    constexpr float operator()(float v) const { return v > 0.0f ? v : exact::mul(elementary::expm1(v), alpha); }
};
struct celu {
    float alpha = 1.0f;
    constexpr float operator()(float v) const {
        return v > 0.0f ? v : exact::mul(elementary::expm1(exact::div(v, alpha)), alpha);
    }
};
/// v * (1 + erf(v / sqrt(2))) / 2.
struct gelu {
    constexpr float operator()(float v) const {
        const auto wide = static_cast<double>(v);
        return exact::to_float(wide * 0.5 * (1.0 + elementary::erf(wide * 0x1.6a09e667f3bcdp-1)));
    }
};
struct threshold {
    float bound = 0.0f;
    float value = 0.0f;
    constexpr float operator()(float v) const { return v > bound ? v : value; }
};

}  // namespace unary

/// The code of a real number: clamp(rne(v * (1 / f32(scale))) + zero point) over the codes of Out.
template <code_type Out>
constexpr Out code_of(float v, const scale_zero& q) {
    const float scaled = exact::mul(v, exact::div(1.0f, exact::to_float(q.scale)));
    return static_cast<Out>(detail::numerics::round_to_code(scaled, q.zero_point, lowest_code<Out>, highest_code<Out>));
}

/// Table of `function`: dequantize with `in`, apply, quantize with `out`.
template <code_type In, code_type Out, class Function>
constexpr lookup_table<Out> make_table(const Function& function, const scale_zero& in, const scale_zero& out) {
    lookup_table<Out> table{};
    for (std::int32_t code = lowest_code<In>; code <= highest_code<In>; ++code) {
        const float v = exact::mul(exact::to_float(code - in.zero_point), exact::to_float(in.scale));
        table[static_cast<std::uint8_t>(code)] = code_of<Out>(function(v), out);
    }
    return table;
}

/// Fixed output qparams: sigmoid and hardsigmoid have scale 1/256 and the lowest code as zero point, tanh 2/256 and the
/// middle code.
template <code_type Out>
inline constexpr scale_zero sigmoid_output{1.0 / 256.0, lowest_code<Out>};
template <code_type Out>
inline constexpr scale_zero tanh_output{2.0 / 256.0, lowest_code<Out> + 128};

/// PReLU in integers: rne((max(x - zx, 0) * w1 + min(x - zx, 0) * (w - zw)) * f32(f32(sx * sw) * f32(1 / s))) + z, with
/// w1 = code of 1.0 minus zw. `weight` is the channel's code (quint8).
template <code_type In, code_type Out>
constexpr lookup_table<Out> make_prelu_table(std::int32_t weight, const scale_zero& weight_scale, const scale_zero& in,
                                             const scale_zero& out) {
    lookup_table<Out> table{};
    const std::int32_t one = code_of<std::uint8_t>(1.0f, weight_scale) - weight_scale.zero_point;
    const float m = requantize::qnnpack::multiplier_of(in.scale, weight_scale.scale, out.scale);
    for (std::int32_t code = lowest_code<In>; code <= highest_code<In>; ++code) {
        const std::int32_t x = code - in.zero_point;
        const std::int32_t sum = x > 0 ? x * one : x * (weight - weight_scale.zero_point);
        table[static_cast<std::uint8_t>(code)] = static_cast<Out>(
            requantize::qnnpack::apply(sum, {0, m}, out.zero_point, lowest_code<Out>, highest_code<Out>));
    }
    return table;
}

/// An op whose output qparams follow from its input's: the table and those qparams.
template <code_type Code>
struct table_with_qparams {
    lookup_table<Code> table{};
    scale_zero output{};
};

/// x + k, as torch.ops.quantized.add with a number: c = rne(k / scale) in float64. While zp - c is a code only the zero
/// point moves; otherwise the range is shrunk towards the end it left, and the codes are requantized. relu clamps at
/// the new zero point.
template <code_type Code>
constexpr table_with_qparams<Code> make_add_scalar(const scale_zero& in, double k, bool relu) {
    constexpr std::int32_t lo = lowest_code<Code>;
    constexpr std::int32_t hi = highest_code<Code>;
    const std::int64_t c = rne(exact::div(k, in.scale));
    const std::int64_t z = in.zero_point - c;
    table_with_qparams<Code> r{};
    r.output = {in.scale, static_cast<std::int32_t>(quantype::clamp<std::int64_t>(z, lo, hi))};
    if (z < lo) r.output.scale = exact::mul(exact::div(static_cast<double>(hi - z), double{hi - lo}), in.scale);
    if (z > hi) r.output.scale = exact::mul(exact::div(static_cast<double>(z - lo), double{hi - lo}), in.scale);
    const float m = exact::to_float(exact::div(in.scale, r.output.scale));
    const std::int32_t low = relu ? r.output.zero_point : lo;
    for (std::int32_t code = lo; code <= hi; ++code) {
        const std::int64_t steps = code - in.zero_point + c;
        const float scaled = exact::mul(exact::opaque(static_cast<float>(steps)), m);
        const std::int32_t moved =
            z == r.output.zero_point ? code : detail::numerics::round_to_code(scaled, r.output.zero_point, lo, hi);
        r.table[static_cast<std::uint8_t>(code)] = static_cast<Code>(quantype::clamp(moved, low, hi));
    }
    return r;
}

/// x * k, as torch.ops.quantized.mul with a number: k > 0 scales the scale; k < 0 also mirrors codes and zero point; k
/// = 0 gives scale 1, zero point 0 and codes 0. relu clamps at the new zero point.
template <code_type Code>
constexpr table_with_qparams<Code> make_mul_scalar(const scale_zero& in, double k, bool relu) {
    constexpr std::int32_t lo = lowest_code<Code>;
    constexpr std::int32_t hi = highest_code<Code>;
    table_with_qparams<Code> r{};
    if (k > 0.0) r.output = {in.scale * k, in.zero_point};
    if (k < 0.0) r.output = {in.scale * -k, hi - (in.zero_point - lo)};
    const std::int32_t low = relu ? r.output.zero_point : lo;
    for (std::int32_t code = lo; code <= hi; ++code) {
        const std::int32_t moved = k > 0.0 ? code : (k < 0.0 ? hi + lo - code : 0);
        r.table[static_cast<std::uint8_t>(code)] = static_cast<Code>(quantype::clamp(moved, low, hi));
    }
    return r;
}

}  // namespace kernel

QUANTYPE_END_NAMESPACE
