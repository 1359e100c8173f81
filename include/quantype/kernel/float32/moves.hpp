// SPDX-License-Identifier: BSL-1.0
// float32 ops that move elements (core/moves.hpp), stack, and interpolate.
#pragma once
#include <quantype/core/moves.hpp>
#include <quantype/core/tensor_view.hpp>
#include <quantype/numerics/exact.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::float32 {

/// permute, transpose, repeat, repeat_interleave, narrow, pixel and channel shuffles.
constexpr void move(const attributes& a, tensor_view<const float> x, tensor_view<float> y) {
    const element_moves m = moves_of(a, x.extents, dense_strides(x.extents));
    const std::int64_t n = y.count();
    for (std::int64_t i = 0; i < n; ++i) {
        std::int64_t rest = i, from = m.offset;
        for (int d = m.rank - 1; d >= 0; --d) {
            from += rest % m.extents[d] * m.strides[d];
            rest /= m.extents[d];
        }
        y[i] = x[from];
    }
}

/// Joins `count` tensors along a new dimension a.axes[0].
constexpr void stack(const attributes& a, const tensor_view<const float>* inputs, int count, tensor_view<float> y) {
    const int dim = a.axes[0] < 0 ? a.axes[0] + y.extents.rank : a.axes[0];
    std::int64_t inner = 1;
    for (int d = dim + 1; d < y.extents.rank; ++d) inner *= y.extents[d];
    for (std::int64_t i = 0; i < y.count(); ++i)
        y[i] = inputs[i / inner % count][i / (inner * count) * inner + i % inner];
}

namespace detail {
/// Where output position i of one axis reads, as in contract/resize.hpp: two neighbours and the weight of the second.
struct resize_source {
    int first = 0;
    int second = 0;
    float weight = 0.0F;
};
constexpr resize_source resize_source_of(bool nearest, int i, int in, int out) {
    const float ratio = exact::div(static_cast<float>(in), static_cast<float>(out));
    if (nearest) {
        const int p = static_cast<int>(exact::mul(static_cast<float>(i), ratio));
        return {p < in ? p : in - 1, 0, 0.0F};
    }
    const float centre = exact::sub(exact::mul(ratio, exact::add(static_cast<float>(i), 0.5F)), 0.5F);
    const float position = centre > 0.0F ? centre : 0.0F;
    const int first = static_cast<int>(position);
    return {first, first + 1 < in ? first + 1 : in - 1, exact::sub(position, static_cast<float>(first))};
}
}  // namespace detail

/// interpolate over (N, C, H, W) to y's extents: the nearest pixel, or (a.groups == 2) bilinear with pixel centres
/// aligned.
constexpr void resize(const attributes& a, tensor_view<const float> x, tensor_view<float> y) {
    const int h = x.extents[2], w = x.extents[3], oh = y.extents[2], ow = y.extents[3];
    const bool nearest = a.groups != 2;
    const std::int64_t planes = static_cast<std::int64_t>(x.extents[0]) * x.extents[1];
    for (std::int64_t p = 0; p < planes; ++p)
        for (int i = 0; i < oh; ++i)
            for (int j = 0; j < ow; ++j) {
                const detail::resize_source r = detail::resize_source_of(nearest, i, h, oh),
                                            c = detail::resize_source_of(nearest, j, w, ow);
                const auto at = [&](int row, int column) { return x[(p * h + row) * w + column]; };
                const auto mixed = [](float a0, float a1, float f) { return (1.0F - f) * a0 + f * a1; };
                y[(p * oh + i) * ow + j] =
                    nearest ? at(r.first, c.first)
                            : mixed(mixed(at(r.first, c.first), at(r.first, c.second), c.weight),
                                    mixed(at(r.second, c.first), at(r.second, c.second), c.weight), r.weight);
            }
}

}  // namespace kernel::float32

QUANTYPE_END_NAMESPACE
