// SPDX-License-Identifier: BSL-1.0
// float32 linear layer and matrix product. Dot products are summed in float64 and rounded to float32 once: the product
// of two float32 is exact in float64, so a fused multiply-add changes nothing, and the order of summation shows only in
// bits that the final rounding almost always drops. PyTorch sums in float32 in an order that depends on machine and
// library; results agree to about 1e-6 of the largest term, not bit for bit.
#pragma once
#include <quantype/core/attributes.hpp>
#include <quantype/core/tensor_view.hpp>
#include <quantype/numerics/half.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::float32 {

namespace detail {
constexpr double wide(float x) { return static_cast<double>(x); }
constexpr double wide(std::uint16_t half) { return static_cast<double>(from_half_bits(half)); }

/// start + sum of a[i] * b[i], in eight interleaved partial sums, added in pairs. The order is part of the definition.
/// Weight is float, or uint16_t: the bits of a half.
template <class Weight>
constexpr double dot(const float* a, const Weight* b, std::int64_t n, double start) {
    double part[8] = {};
    std::int64_t i = 0;
    for (; i + 8 <= n; i += 8)
        for (int j = 0; j < 8; ++j) part[j] += wide(a[i + j]) * wide(b[i + j]);
    for (int j = 0; i + j < n; ++j) part[j] += wide(a[i + j]) * wide(b[i + j]);
    const double low = (part[0] + part[4]) + (part[2] + part[6]);
    const double high = (part[1] + part[5]) + (part[3] + part[7]);
    return start + (low + high);
}
}  // namespace detail

/// y[..., o] = sum_i x[..., i] * weight[o, i] + bias[o]. weight: (a.out, a.in), float or the bits of halves (uint16_t);
/// bias: (a.out), or null for none.
template <class Weight>
constexpr void linear(const attributes& a, tensor_view<const float> x, const Weight* weight, const float* bias,
                      tensor_view<float> y) {
    const std::int64_t in = a.in, out = a.out;
    const std::int64_t rows = out > 0 ? y.count() / out : 0;
    for (std::int64_t r = 0; r < rows; ++r)
        for (std::int64_t o = 0; o < out; ++o) {
            const double start = bias ? static_cast<double>(bias[o]) : 0.0;
            y[r * out + o] = static_cast<float>(detail::dot(x.data + r * in, weight + o * in, in, start));
        }
}

namespace detail {
/// (rows, inner) times (inner, columns), row-major.
constexpr void matrix_product(const float* a, const float* b, float* y, int rows, int inner, int columns) {
    constexpr int tile = 64;
    for (int i = 0; i < rows; ++i)
        for (int from = 0; from < columns; from += tile) {
            const int width = columns - from < tile ? columns - from : tile;
            double sum[tile] = {};
            for (int k = 0; k < inner; ++k) {
                const auto f = static_cast<double>(a[static_cast<std::int64_t>(i) * inner + k]);
                const float* row = b + static_cast<std::int64_t>(k) * columns + from;
                for (int j = 0; j < width; ++j) sum[j] += f * static_cast<double>(row[j]);
            }
            for (int j = 0; j < width; ++j)
                y[static_cast<std::int64_t>(i) * columns + from + j] = static_cast<float>(sum[j]);
        }
}
}  // namespace detail

/// Batched matrix product of tensors of rank >= 2: (..., m, k) x (..., k, n). A batch dimension of either side may be
/// 1, or missing, where y's is not.
constexpr void matmul(tensor_view<const float> a, tensor_view<const float> b, tensor_view<float> y) {
    const int rank = y.extents.rank;
    const int m = a.extents[-2], k = a.extents[-1], n = b.extents[-1];
    std::int64_t batches = 1;
    for (int d = 0; d < rank - 2; ++d) batches *= y.extents[d];
    for (std::int64_t t = 0; t < batches; ++t) {
        std::int64_t rest = t, at_a = 0, at_b = 0, step_a = 1, step_b = 1;
        for (int d = rank - 3; d >= 0; --d) {
            const std::int64_t i = rest % y.extents[d];
            rest /= y.extents[d];
            const int da = d - (rank - a.extents.rank), db = d - (rank - b.extents.rank);
            const int ea = da < 0 ? 1 : a.extents[da], eb = db < 0 ? 1 : b.extents[db];
            if (ea != 1) at_a += i * step_a;
            if (eb != 1) at_b += i * step_b;
            step_a *= ea;
            step_b *= eb;
        }
        detail::matrix_product(a.data + at_a * m * k, b.data + at_b * k * n, y.data + t * m * n, m, k, n);
    }
}

}  // namespace kernel::float32

QUANTYPE_END_NAMESPACE
