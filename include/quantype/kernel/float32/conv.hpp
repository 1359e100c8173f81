// SPDX-License-Identifier: BSL-1.0
// float32 convolution over (N, C, [[D,] H,] W) with stride, asymmetric padding, dilation and groups. Sums are kept in
// float64 and rounded once (see linear.hpp); every output adds bias, then channel by channel, tap by tap. The inner
// loops run over output columns, so that vectorising them leaves that order alone.
#pragma once
#include <quantype/core/tensor_view.hpp>
#include <quantype/kernel/float32/window3.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::float32 {

namespace detail {

/// Columns that are summed at a time.
inline constexpr int conv_tile = 64;

/// sum[j] += f * x[j * stride]
constexpr void add_scaled(double* sum, const float* x, double f, int count, int stride) {
    if (stride == 1) {
        int j = 0;
        for (; j + 8 <= count; j += 8)
            for (int i = 0; i < 8; ++i) sum[j + i] += f * static_cast<double>(x[j + i]);
        for (; j < count; ++j) sum[j] += f * static_cast<double>(x[j]);
    } else {
        for (int j = 0; j < count; ++j) sum[j] += f * static_cast<double>(x[static_cast<std::int64_t>(j) * stride]);
    }
}

/// One input channel's share of the output columns [from, from + width) of row (od, oh). x and w point at the channel.
constexpr void add_channel(const axes3& g, const float* x, const float* w, int od, int oh, int from, int width,
                           double* sum) {
    for (int kd = 0; kd < g.d.kernel; ++kd) {
        const int id = g.d.at(od, kd);
        if (id < 0 || id >= g.d.in) continue;
        for (int kh = 0; kh < g.h.kernel; ++kh) {
            const int ih = g.h.at(oh, kh);
            if (ih < 0 || ih >= g.h.in) continue;
            const float* row = x + (static_cast<std::int64_t>(id) * g.h.in + ih) * g.w.in;
            const float* taps = w + (static_cast<std::int64_t>(kd) * g.h.kernel + kh) * g.w.kernel;
            for (int kw = 0; kw < g.w.kernel; ++kw) {
                const int first = g.w.first(kw) > from ? g.w.first(kw) : from;
                const int last = g.w.last(kw) < from + width ? g.w.last(kw) : from + width;
                if (first < last)
                    add_scaled(sum + (first - from), row + g.w.at(first, kw), static_cast<double>(taps[kw]),
                               last - first, g.w.stride);
            }
        }
    }
}

/// One output channel of one image: `channels` input channels from x, their weights from w.
constexpr void conv_channel(const axes3& g, const float* x, const float* w, int channels, double start, float* y) {
    const std::int64_t taps = static_cast<std::int64_t>(g.d.kernel) * g.h.kernel * g.w.kernel;
    for (int od = 0; od < g.d.out; ++od)
        for (int oh = 0; oh < g.h.out; ++oh)
            for (int from = 0; from < g.w.out; from += conv_tile) {
                const int width = g.w.out - from < conv_tile ? g.w.out - from : conv_tile;
                double sum[conv_tile];
                for (int j = 0; j < width; ++j) sum[j] = start;
                for (int c = 0; c < channels; ++c)
                    add_channel(g, x + c * g.in_count(), w + c * taps, od, oh, from, width, sum);
                float* to = y + (static_cast<std::int64_t>(od) * g.h.out + oh) * g.w.out + from;
                for (int j = 0; j < width; ++j) to[j] = static_cast<float>(sum[j]);
            }
}

constexpr bool is_pointwise(const axis& a) { return a.kernel == 1 && a.stride == 1 && a.before == 0 && a.after == 0; }

/// A 1x1 convolution does not care for rows: all positions become one long row. Same sums in the same order.
constexpr axes3 flattened(const axes3& g) {
    if (!is_pointwise(g.d) || !is_pointwise(g.h) || !is_pointwise(g.w)) return g;
    axes3 flat;
    flat.w.in = static_cast<int>(g.in_count());
    flat.w.out = static_cast<int>(g.out_count());
    return flat;
}

}  // namespace detail

/// x: (N, a.in, spatial...); weight: (a.out, a.in / a.groups, kernel...); bias: (a.out), or null for none;
/// y: (N, a.out, spatial...) as infer() gives it. Padding is zero.
constexpr void conv(const attributes& a, tensor_view<const float> x, const float* weight, const float* bias,
                    tensor_view<float> y) {
    const detail::axes3 g = detail::flattened(detail::axes_of(a.geometry, x.extents, y.extents));
    const int channels = a.in / a.groups, outputs = a.out / a.groups;
    const std::int64_t taps = static_cast<std::int64_t>(g.d.kernel) * g.h.kernel * g.w.kernel;
    for (int n = 0; n < x.extents[0]; ++n)
        for (int o = 0; o < a.out; ++o) {
            const std::int64_t first_channel = static_cast<std::int64_t>(n) * a.in + o / outputs * channels;
            const double start = bias ? static_cast<double>(bias[o]) : 0.0;
            detail::conv_channel(g, x.data + first_channel * g.in_count(), weight + o * channels * taps, channels,
                                 start, y.data + (static_cast<std::int64_t>(n) * a.out + o) * g.out_count());
        }
}

}  // namespace kernel::float32

QUANTYPE_END_NAMESPACE
