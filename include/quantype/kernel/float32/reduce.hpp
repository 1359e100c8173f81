// SPDX-License-Identifier: BSL-1.0
// float32 mean over dimensions, softmax, and batch norm in evaluation mode.
#pragma once
#include <quantype/core/attributes.hpp>
#include <quantype/core/tensor_view.hpp>
#include <quantype/numerics/elementary.hpp>
#include <quantype/numerics/exact.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::float32 {

/// Mean over the dimensions a.axes (negative ones count from the end); summed in float64 in row-major order, rounded
/// once. Without axes every element is its own mean, as infer() has it.
constexpr void mean(const attributes& a, tensor_view<const float> x, tensor_view<float> y) {
    const int rank = x.extents.rank;
    bool gone[max_rank] = {};
    for (int i = 0; i < a.axis_count; ++i) gone[a.axes[i] < 0 ? a.axes[i] + rank : a.axes[i]] = true;
    std::int64_t parts = 1;
    for (int d = 0; d < rank; ++d) parts *= gone[d] ? x.extents[d] : 1;
    const std::int64_t n = y.count();
    for (std::int64_t i = 0; i < n; ++i) {
        double sum = 0;
        for (std::int64_t p = 0; p < parts; ++p) {
            std::int64_t kept = i, reduced = p, from = 0, step = 1;
            for (int d = rank - 1; d >= 0; --d) {
                std::int64_t& rest = gone[d] ? reduced : kept;
                from += rest % x.extents[d] * step;
                rest /= x.extents[d];
                step *= x.extents[d];
            }
            sum += static_cast<double>(x[from]);
        }
        y[i] = static_cast<float>(sum / static_cast<double>(parts));
    }
}

/// exp(x - m) / sum of exp(x - m) along dimension a.axes[0], m the largest value there. The difference is rounded to
/// float32 as in PyTorch; exponentials and sum are float64, the quotient is rounded once.
constexpr void softmax(const attributes& a, tensor_view<const float> x, tensor_view<float> y) {
    const int dim = a.axes[0] < 0 ? a.axes[0] + x.extents.rank : a.axes[0];
    const std::int64_t n = x.extents[dim];
    std::int64_t outer = 1, inner = 1;
    for (int d = 0; d < x.extents.rank; ++d) (d < dim ? outer : inner) *= d == dim ? 1 : x.extents[d];
    for (std::int64_t o = 0; o < outer; ++o)
        for (std::int64_t i = 0; i < inner; ++i) {
            const float* from = x.data + o * n * inner + i;
            float* to = y.data + o * n * inner + i;
            float most = from[0];
            for (std::int64_t k = 1; k < n; ++k)
                if (from[k * inner] > most || from[k * inner] != from[k * inner]) most = from[k * inner];
            double sum = 0;
            const auto power = [&](std::int64_t k) {
                return elementary::exp(static_cast<double>(exact::sub(from[k * inner], most)));
            };
            for (std::int64_t k = 0; k < n; ++k) sum += power(k);
            for (std::int64_t k = 0; k < n; ++k) to[k * inner] = static_cast<float>(power(k) / sum);
        }
}

namespace detail {
/// a * b + c rounded once to float32, on any machine. The product is exact in float64; if the float64 sum falls on a
/// tie of float32 (or the result is tiny) it is nudged towards what the addition dropped, so that the tie is broken
/// rightly.
constexpr float fused_multiply_add(float a, float b, float c) {
    namespace pair = elementary::detail;
    const double product = static_cast<double>(a) * static_cast<double>(b);
    double sum = pair::add(product, static_cast<double>(c));
    const bool tie = (pair::bits_of(sum) & 0x1fffffffU) == 0x10000000U;
    if ((tie || pair::magnitude(sum) < 0x1p-125) && pair::magnitude_bits(sum) < pair::infinity_bits) {
        const double dropped = pair::two_sum(product, static_cast<double>(c)).lo;
        if (dropped != 0 && (pair::bits_of(sum) & 1U) == 0) {
            const bool away = pair::is_negative(dropped) == pair::is_negative(sum);
            sum = pair::from_bits(away ? pair::bits_of(sum) + 1 : pair::bits_of(sum) - 1);
        }
    }
    return exact::to_float(sum);
}
}  // namespace detail

/// 1 / sqrt(var + eps) in float32: the sum, the root and the quotient are each rounded to float32.
constexpr float inverse_deviation(float var, double eps) {
    return exact::div(1.0F, elementary::sqrt(exact::add(var, static_cast<float>(eps))));
}

/// Batch norm in evaluation mode over (N, a.in, ...), eps in a.scalar: y = x * alpha + beta with
/// alpha = inverse_deviation * weight, beta = bias - mean * alpha. The recorded PyTorch values (a machine with fused
/// multiply-add) have both sums rounded once, so they are here, on every machine.
constexpr void batch_norm(const attributes& a, tensor_view<const float> x, const float* weight, const float* bias,
                          const float* running_mean, const float* running_var, tensor_view<float> y) {
    const std::int64_t channels = a.in, samples = x.extents[0];
    const std::int64_t plane = samples * channels > 0 ? x.count() / (samples * channels) : 0;
    for (std::int64_t c = 0; c < channels; ++c) {
        const float alpha = exact::mul(inverse_deviation(running_var[c], a.scalar), weight[c]);
        const float beta = detail::fused_multiply_add(-running_mean[c], alpha, bias[c]);
        for (std::int64_t s = 0; s < samples; ++s) {
            const std::int64_t at = (s * channels + c) * plane;
            for (std::int64_t i = at; i < at + plane; ++i) y[i] = detail::fused_multiply_add(x[i], alpha, beta);
        }
    }
}

}  // namespace kernel::float32

QUANTYPE_END_NAMESPACE
