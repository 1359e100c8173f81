// SPDX-License-Identifier: BSL-1.0
// float32 transposed convolution over (N, C, [[D,] H,] W). Sums are kept in float64 and rounded once (see linear.hpp).
#pragma once
#include <quantype/core/tensor_view.hpp>
#include <quantype/kernel/float32/window3.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::float32 {

namespace detail {

/// The input position whose tap k reaches output position o, or -1.
constexpr int transposed_source(const axis& a, int o, int k) {
    const int p = o + a.before - k * a.dilation;
    return p >= 0 && p % a.stride == 0 && p / a.stride < a.in ? p / a.stride : -1;
}

/// One output of one channel: the sum over `channels` input channels, whose weights lie `step` apart.
constexpr double transposed_sum(const axes3& g, const float* x, const float* w, int channels, std::int64_t step, int od,
                                int oh, int ow) {
    double sum = 0;
    for (int kd = 0; kd < g.d.kernel; ++kd)
        for (int kh = 0; kh < g.h.kernel; ++kh)
            for (int kw = 0; kw < g.w.kernel; ++kw) {
                const int d = transposed_source(g.d, od, kd), h = transposed_source(g.h, oh, kh),
                          c = transposed_source(g.w, ow, kw);
                if (d < 0 || h < 0 || c < 0) continue;
                const std::int64_t from = (static_cast<std::int64_t>(d) * g.h.in + h) * g.w.in + c;
                const std::int64_t tap = (static_cast<std::int64_t>(kd) * g.h.kernel + kh) * g.w.kernel + kw;
                for (int i = 0; i < channels; ++i)
                    sum += static_cast<double>(x[i * g.in_count() + from]) * static_cast<double>(w[i * step + tap]);
            }
    return sum;
}

}  // namespace detail

/// x: (N, a.in, spatial...); weight: (a.in, a.out / a.groups, kernel...); bias: (a.out), or null; y: (N, a.out,
/// spatial...) as infer() gives it.
constexpr void conv_transpose(const attributes& a, tensor_view<const float> x, const float* weight, const float* bias,
                              tensor_view<float> y) {
    const detail::axes3 g = detail::axes_of(a.geometry, x.extents, y.extents);
    const int channels = a.in / a.groups, outputs = a.out / a.groups;
    const std::int64_t taps = static_cast<std::int64_t>(g.d.kernel) * g.h.kernel * g.w.kernel;
    float* to = y.data;
    for (int n = 0; n < x.extents[0]; ++n)
        for (int o = 0; o < a.out; ++o) {
            const int first = o / outputs * channels;
            const float* image = x.data + (static_cast<std::int64_t>(n) * a.in + first) * g.in_count();
            const float* w = weight + (static_cast<std::int64_t>(first) * outputs + o % outputs) * taps;
            const double start = bias ? static_cast<double>(bias[o]) : 0.0;
            for (int d = 0; d < g.d.out; ++d)
                for (int h = 0; h < g.h.out; ++h)
                    for (int c = 0; c < g.w.out; ++c)
                        *to++ = static_cast<float>(
                            start + detail::transposed_sum(g, image, w, channels, outputs * taps, d, h, c));
        }
}

}  // namespace kernel::float32

QUANTYPE_END_NAMESPACE
