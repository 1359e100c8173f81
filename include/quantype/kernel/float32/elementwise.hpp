// SPDX-License-Identifier: BSL-1.0
// float32 elementwise ops. Piecewise linear ones compute PyTorch's expression in float32, in PyTorch's order; sigmoid,
// tanh and sin are the float64 functions of numerics/elementary.hpp rounded once (PyTorch's own are within an ulp or
// two). NaN passes through all of them.
#pragma once
#include <quantype/core/attributes.hpp>
#include <quantype/core/tensor_view.hpp>
#include <quantype/numerics/elementary.hpp>
#include <quantype/numerics/exact.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::float32 {

constexpr float relu(float x) { return x < 0.0F ? 0.0F : x; }
constexpr float relu6(float x) { return x < 0.0F ? 0.0F : x > 6.0F ? 6.0F : x; }
/// min(max(x + 3, 0), 6) / 6
constexpr float hardsigmoid(float x) { return exact::div(relu6(exact::add(x, 3.0F)), 6.0F); }
/// x * min(max(x + 3, 0), 6) / 6
constexpr float hardswish(float x) { return exact::div(exact::mul(x, relu6(exact::add(x, 3.0F))), 6.0F); }

/// y[i] = f(x[i]); y may be x.
template <class Function>
constexpr void map(tensor_view<const float> x, tensor_view<float> y, Function f) {
    const std::int64_t n = y.count();
    for (std::int64_t i = 0; i < n; ++i) y[i] = f(x[i]);
}

/// Applies the one-input op of those attributes; false when it is none of them.
constexpr bool unary(const attributes& a, tensor_view<const float> x, tensor_view<float> y) {
    const auto number = static_cast<float>(a.scalar);
    switch (a.code) {
        case op_code::relu: map(x, y, [](float v) { return relu(v); }); return true;
        case op_code::relu6: map(x, y, [](float v) { return relu6(v); }); return true;
        case op_code::hardsigmoid: map(x, y, [](float v) { return hardsigmoid(v); }); return true;
        case op_code::hardswish: map(x, y, [](float v) { return hardswish(v); }); return true;
        case op_code::sigmoid: map(x, y, [](float v) { return elementary::sigmoid(v); }); return true;
        case op_code::tanh: map(x, y, [](float v) { return elementary::tanh(v); }); return true;
        case op_code::sin: map(x, y, [](float v) { return elementary::sin(v); }); return true;
        case op_code::leaky_relu: map(x, y, [&](float v) { return v > 0.0f ? v : exact::mul(v, number); }); return true;
        case op_code::elu:
            map(x, y, [&](float v) { return v > 0.0f ? v : exact::mul(elementary::expm1(v), number); });
            return true;
        case op_code::clamp:
            map(x, y, [lo = number, hi = static_cast<float>(a.limit)](float v) {
                return v < lo ? lo : v > hi ? hi : v;
            });
            return true;
        case op_code::hardtanh:
            map(x, y, [lo = static_cast<float>(a.axes[0]), hi = static_cast<float>(a.axes[1])](float v) {
                return v < lo ? lo : v > hi ? hi : v;
            });
            return true;
        default: return false;
    }
}

namespace detail {

/// Steps of a broadcast operand along y's dimensions: 0 where its extent is 1 or missing.
struct broadcast_steps {
    std::int64_t step[max_rank] = {};
};
constexpr broadcast_steps steps_of(const shape& from, const shape& y) {
    broadcast_steps s;
    std::int64_t size = 1;
    for (int i = 1; i <= from.rank; ++i) {
        const int extent = from[from.rank - i];
        if (extent != 1) s.step[y.rank - i] = size;
        size *= extent;
    }
    return s;
}

template <class Function>
constexpr void broadcast(tensor_view<const float> a, tensor_view<const float> b, tensor_view<float> y, Function f) {
    const broadcast_steps sa = steps_of(a.extents, y.extents), sb = steps_of(b.extents, y.extents);
    const std::int64_t n = y.count();
    for (std::int64_t i = 0; i < n; ++i) {
        std::int64_t rest = i, at_a = 0, at_b = 0;
        for (int d = y.extents.rank - 1; d >= 0; --d) {
            const std::int64_t k = rest % y.extents[d];
            rest /= y.extents[d];
            at_a += k * sa.step[d];
            at_b += k * sb.step[d];
        }
        y[i] = f(a[at_a], b[at_b]);
    }
}

template <class Function>
constexpr void binary(tensor_view<const float> a, tensor_view<const float> b, tensor_view<float> y, Function f) {
    if (a.extents != b.extents) return broadcast(a, b, y, f);
    const std::int64_t n = y.count();
    for (std::int64_t i = 0; i < n; ++i) y[i] = f(a[i], b[i]);
}

}  // namespace detail

/// x > 0 ? x : weight * x; `count` weights: one, or one for each channel (axis 1).
constexpr void prelu(tensor_view<const float> x, const float* weight, int count, tensor_view<float> y) {
    std::int64_t span = 1;
    for (int d = 2; d < x.extents.rank; ++d) span *= x.extents[d];
    for (std::int64_t i = 0; i < y.count(); ++i)
        y[i] = x[i] > 0.0F ? x[i] : exact::mul(x[i], weight[count > 1 ? i / span % count : 0]);
}

/// a + b and a * b with PyTorch's broadcasting; y has the broadcast shape.
constexpr void add(tensor_view<const float> a, tensor_view<const float> b, tensor_view<float> y) {
    detail::binary(a, b, y, [](float p, float q) { return p + q; });
}
constexpr void mul(tensor_view<const float> a, tensor_view<const float> b, tensor_view<float> y) {
    detail::binary(a, b, y, [](float p, float q) { return p * q; });
}
constexpr void sub(tensor_view<const float> a, tensor_view<const float> b, tensor_view<float> y) {
    detail::binary(a, b, y, [](float p, float q) { return p - q; });
}
/// x + k and x * k; the number is rounded to float32 first, as PyTorch does.
constexpr void add(tensor_view<const float> x, double k, tensor_view<float> y) {
    map(x, y, [f = static_cast<float>(k)](float v) { return v + f; });
}
constexpr void mul(tensor_view<const float> x, double k, tensor_view<float> y) {
    map(x, y, [f = static_cast<float>(k)](float v) { return v * f; });
}

}  // namespace kernel::float32

QUANTYPE_END_NAMESPACE
