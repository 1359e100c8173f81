// SPDX-License-Identifier: BSL-1.0
// float32 layer, group and instance norm. Mean and variance of each block are float64; the rest is float64 rounded
// once.
#pragma once
#include <quantype/core/attributes.hpp>
#include <quantype/core/tensor_view.hpp>
#include <quantype/numerics/elementary.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::float32 {

/// Blocks of a norm over x: `length` consecutive elements each; element i of block k has weight and bias number
/// (k % period) * (length / span) + i / span.
struct norm_blocks {
    std::int64_t length = 1;
    std::int64_t span = 1;
    std::int64_t period = 1;
};
constexpr norm_blocks norm_blocks_of(const attributes& a, const shape& x) {
    norm_blocks b;
    if (a.code == op_code::layer_norm) {
        for (int i = 0; i < a.axis_count; ++i) b.length *= a.axes[i];
        return b;
    }
    for (int d = 2; d < x.rank; ++d) b.span *= x[d];
    b.period = a.code == op_code::group_norm ? a.groups : x[1];
    b.length = x[1] / b.period * b.span;
    return b;
}

/// y = (x - mean) / sqrt(variance + eps) * weight + bias, block by block; eps in a.scalar; weight and bias may be null.
constexpr void normalize(const attributes& a, tensor_view<const float> x, const float* weight, const float* bias,
                         tensor_view<float> y) {
    const norm_blocks b = norm_blocks_of(a, x.extents);
    const std::int64_t blocks = b.length > 0 ? x.count() / b.length : 0;
    for (std::int64_t k = 0; k < blocks; ++k) {
        const std::int64_t begin = k * b.length;
        double sum = 0, squares = 0;
        for (std::int64_t i = 0; i < b.length; ++i) sum += static_cast<double>(x[begin + i]);
        const double mean = sum / static_cast<double>(b.length);
        for (std::int64_t i = 0; i < b.length; ++i) {
            const double v = static_cast<double>(x[begin + i]) - mean;
            squares += v * v;
        }
        const auto variance = static_cast<float>(squares / static_cast<double>(b.length) + a.scalar);
        const double factor = 1.0 / static_cast<double>(elementary::sqrt(variance));
        for (std::int64_t i = 0; i < b.length; ++i) {
            const std::int64_t c = k % b.period * (b.length / b.span) + i / b.span;
            double v = (static_cast<double>(x[begin + i]) - mean) * factor;
            if (weight) v *= static_cast<double>(weight[c]);
            if (bias) v += static_cast<double>(bias[c]);
            y[begin + i] = static_cast<float>(v);
        }
    }
}

}  // namespace kernel::float32

QUANTYPE_END_NAMESPACE
