// SPDX-License-Identifier: BSL-1.0
// float32 ops that move values without arithmetic: copy (flatten, reshape, identity, dropout in evaluation mode), cat,
// pad.
#pragma once
#include <quantype/core/attributes.hpp>
#include <quantype/core/tensor_view.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::float32 {

/// y = x, element by element; only the shapes differ.
constexpr void copy(tensor_view<const float> x, tensor_view<float> y) {
    const std::int64_t n = y.count();
    for (std::int64_t i = 0; i < n; ++i) y[i] = x[i];
}

/// Joins `count` tensors along dimension a.axes[0].
constexpr void cat(const attributes& a, const tensor_view<const float>* inputs, int count, tensor_view<float> y) {
    const int dim = a.axes[0] < 0 ? a.axes[0] + y.extents.rank : a.axes[0];
    std::int64_t outer = 1, inner = 1;
    for (int d = 0; d < y.extents.rank; ++d) (d < dim ? outer : inner) *= d == dim ? 1 : y.extents[d];
    float* to = y.data;
    for (std::int64_t o = 0; o < outer; ++o)
        for (int i = 0; i < count; ++i) {
            const std::int64_t n = inner * inputs[i].extents[dim];
            for (std::int64_t k = 0; k < n; ++k) *to++ = inputs[i][o * n + k];
        }
}

/// Constant padding with a.scalar. a.axes: (before, after) pairs, last dimension first; negative amounts cut.
constexpr void pad(const attributes& a, tensor_view<const float> x, tensor_view<float> y) {
    const int rank = y.extents.rank;
    const auto fill = static_cast<float>(a.scalar);
    const std::int64_t n = y.count();
    for (std::int64_t i = 0; i < n; ++i) {
        std::int64_t rest = i, from = 0, step = 1;
        bool inside = true;
        for (int d = rank - 1; d >= 0; --d) {
            const int pair = 2 * (rank - 1 - d);
            const std::int64_t k = rest % y.extents[d] - (pair < a.axis_count ? a.axes[pair] : 0);
            rest /= y.extents[d];
            inside = inside && k >= 0 && k < x.extents[d];
            from += k * step;
            step *= x.extents[d];
        }
        y[i] = inside ? x[from] : fill;
    }
}

}  // namespace kernel::float32

QUANTYPE_END_NAMESPACE
