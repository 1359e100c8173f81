// SPDX-License-Identifier: BSL-1.0
// float32 pools over (N, C, [[D,] H,] W). Sums are in float64, divided in float64 and rounded once.
#pragma once
#include <limits>

#include <quantype/core/tensor_view.hpp>
#include <quantype/kernel/float32/window3.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::float32 {

namespace detail {

/// Positions [begin, end) of one dimension.
struct range {
    int begin = 0;
    int end = 0;
    constexpr int size() const { return end > begin ? end - begin : 0; }
};

/// Where a window of an average pool lies: with padding (cut at the padded image's end), and inside the image.
struct pooled {
    range padded{};
    range inside{};
};
constexpr pooled window_at(const axis& a, int o) {
    pooled p;
    p.padded.begin = o * a.stride - a.before;
    p.padded.end = axis::smaller(p.padded.begin + a.kernel, a.in + a.after);
    p.inside = {p.padded.begin < 0 ? 0 : p.padded.begin, axis::smaller(p.padded.end, a.in)};
    return p;
}

constexpr double sum_over(const axes3& g, const float* x, range d, range h, range w) {
    double sum = 0;
    for (int i = d.begin; i < d.end; ++i)
        for (int j = h.begin; j < h.end; ++j)
            for (int k = w.begin; k < w.end; ++k)
                sum += static_cast<double>(x[(static_cast<std::int64_t>(i) * g.h.in + j) * g.w.in + k]);
    return sum;
}

constexpr float largest_under(const axes3& g, const float* x, int od, int oh, int ow) {
    float best = -std::numeric_limits<float>::infinity();
    for (int kd = 0; kd < g.d.kernel; ++kd)
        for (int kh = 0; kh < g.h.kernel; ++kh)
            for (int kw = 0; kw < g.w.kernel; ++kw) {
                const int i = g.d.at(od, kd), j = g.h.at(oh, kh), k = g.w.at(ow, kw);
                if (i < 0 || i >= g.d.in || j < 0 || j >= g.h.in || k < 0 || k >= g.w.in) continue;
                const float v = x[(static_cast<std::int64_t>(i) * g.h.in + j) * g.w.in + k];
                if (v > best || v != v) best = v;  // a NaN stays: nothing is greater
            }
    return best;
}

/// y[n, c, od, oh, ow] = f(channel of x, od, oh, ow)
template <class Function>
constexpr void each_window(const axes3& g, tensor_view<const float> x, tensor_view<float> y, Function f) {
    const std::int64_t planes = static_cast<std::int64_t>(y.extents[0]) * y.extents[1];
    float* to = y.data;
    for (std::int64_t p = 0; p < planes; ++p)
        for (int od = 0; od < g.d.out; ++od)
            for (int oh = 0; oh < g.h.out; ++oh)
                for (int ow = 0; ow < g.w.out; ++ow) *to++ = f(x.data + p * g.in_count(), od, oh, ow);
}

/// Part i of n of an extent, as adaptive pools cut it: [floor(i * extent / n), ceil((i + 1) * extent / n)).
constexpr range adaptive_range(const axis& a, int i) {
    const std::int64_t size = a.in, parts = a.out;
    return {static_cast<int>(i * size / parts), static_cast<int>(((i + 1) * size + parts - 1) / parts)};
}

}  // namespace detail

/// Largest value of each window; padding never wins (a window that covers nothing but padding gives -infinity).
constexpr void max_pool(const attributes& a, tensor_view<const float> x, tensor_view<float> y) {
    const detail::axes3 g = detail::axes_of(a.geometry, x.extents, y.extents);
    detail::each_window(g, x, y, [&g](const float* plane, int od, int oh, int ow) {
        return detail::largest_under(g, plane, od, oh, ow);
    });
}

/// Mean of each window. Padding counts as zeros. Divisor: divisor_override if not 0; else the window's size, cut where
/// it leaves the padded image (count_include_pad) or the image (not).
constexpr void avg_pool(const attributes& a, tensor_view<const float> x, tensor_view<float> y) {
    const detail::axes3 g = detail::axes_of(a.geometry, x.extents, y.extents);
    detail::each_window(g, x, y, [&g, &a](const float* plane, int od, int oh, int ow) {
        const detail::pooled d = detail::window_at(g.d, od), h = detail::window_at(g.h, oh),
                             w = detail::window_at(g.w, ow);
        const int inside = d.inside.size() * h.inside.size() * w.inside.size();
        if (inside == 0) return 0.0F;
        int divisor = a.count_include_pad ? d.padded.size() * h.padded.size() * w.padded.size() : inside;
        if (a.divisor_override != 0) divisor = a.divisor_override;
        return static_cast<float>(detail::sum_over(g, plane, d.inside, h.inside, w.inside) / divisor);
    });
}

/// Mean over windows that divide the image into y's extents; neighbours overlap where it does not divide evenly.
constexpr void adaptive_avg_pool(const attributes& a, tensor_view<const float> x, tensor_view<float> y) {
    window w;
    w.rank = a.axis_count;
    const detail::axes3 g = detail::axes_of(w, x.extents, y.extents);
    detail::each_window(g, x, y, [&g](const float* plane, int od, int oh, int ow) {
        const detail::range d = detail::adaptive_range(g.d, od), h = detail::adaptive_range(g.h, oh),
                            c = detail::adaptive_range(g.w, ow);
        return static_cast<float>(detail::sum_over(g, plane, d, h, c) / (d.size() * h.size() * c.size()));
    });
}

}  // namespace kernel::float32

QUANTYPE_END_NAMESPACE
