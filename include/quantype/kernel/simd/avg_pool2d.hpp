// SPDX-License-Identifier: BSL-1.0
// Average pooling and adaptive average pooling (contract/pool.hpp) on batches: channels across the lanes, int32 sums.
#pragma once
#include <quantype/kernel/contract/pool.hpp>
#include <quantype/kernel/simd/requantize.hpp>
#include <quantype/kernel/simd/threads.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd {

namespace detail {

/// Rows top..bottom-1 and columns left..right-1 of an image; how often their sum is divided.
template <class Arch>
struct pool_window {
    int top;
    int bottom;
    int left;
    int right;
    int divisor = 1;

    QUANTYPE_SIMD_INLINE int area() const { return (bottom - top) * (right - left); }
    /// The part inside another window, at least empty.
    QUANTYPE_SIMD_INLINE pool_window inside(const pool_window& w) const {
        pool_window r{top > w.top ? top : w.top, bottom < w.bottom ? bottom : w.bottom, left > w.left ? left : w.left,
                      right < w.right ? right : w.right, divisor};
        if (r.bottom < r.top) r.bottom = r.top;
        if (r.right < r.left) r.right = r.left;
        return r;
    }
};

/// The window of output pixel (oy, ox), cut to the image, with the divisor of contract/pool.hpp.
template <class Arch>
QUANTYPE_SIMD_INLINE pool_window<Arch> window_at(const avg_pool2d_config& c, int oy, int ox) {
    const int top = oy * c.stride_height - c.padding.top, left = ox * c.stride_width - c.padding.left;
    const pool_window<Arch> whole{top, top + c.kernel_height, left, left + c.kernel_width};
    pool_window<Arch> w = whole.inside({0, c.input.height, 0, c.input.width});
    w.divisor = w.area();
    if (c.count_include_pad)
        w.divisor = whole
                        .inside({-c.padding.top, c.input.height + c.padding.bottom, -c.padding.left,
                                 c.input.width + c.padding.right})
                        .area();
    if (c.divisor_override > 0) w.divisor = c.divisor_override;
    if (c.rule == avg_pool_rule::mobile) w.divisor = c.kernel_height * c.kernel_width;
    return w;
}

/// The same for one of the windows that divide the image.
template <class Arch>
QUANTYPE_SIMD_INLINE pool_window<Arch> window_at(const adaptive_avg_pool2d_config& c, int oy, int ox) {
    pool_window<Arch> w{
        oy * c.input.height / c.output.height, ((oy + 1) * c.input.height + c.output.height - 1) / c.output.height,
        ox * c.input.width / c.output.width, ((ox + 1) * c.input.width + c.output.width - 1) / c.output.width};
    w.divisor = w.area();
    return w;
}

/// f(element) in each lane; for the operations that stay scalar.
template <class Arch, class To, class From, class F>
QUANTYPE_SIMD_INLINE xsimd::batch<To, Arch> lane_by_lane(const xsimd::batch<From, Arch>& x, const F& f) {
    alignas(most_alignment) From from[lanes<Arch>];
    alignas(most_alignment) To to[lanes<Arch>];
    x.store_aligned(from);
    for (int i = 0; i < lanes<Arch>; ++i) to[i] = f(from[i]);
    return xsimd::batch<To, Arch>::load_aligned(to);
}

/// From the sum of codes of a window to the code of the average.
template <class Arch, bool Adaptive>
struct averager {
    avg_pool_rule rule;
    std::int32_t zero_point;
    target<Arch> to;

    QUANTYPE_SIMD_INLINE ints<Arch> apply(const ints<Arch>& codes, const pool_window<Arch>& w) const {
        if (!Adaptive && rule == avg_pool_rule::tflite) {
            const ints<Arch> mean = lane_by_lane<Arch, std::int32_t>(
                codes, [n = w.area()](std::int32_t sum) { return sum > 0 ? (sum + n / 2) / n : (sum - n / 2) / n; });
            return xsimd::min(xsimd::max(mean, to.int_low + to.zero_point), to.int_high + to.zero_point);
        }
        const floats<Arch> sum = to_float<Arch>(codes - ints<Arch>(w.area() * zero_point));
        const auto divisor = static_cast<float>(w.divisor);
        const bool divided = Adaptive && rule == avg_pool_rule::zero_point_then_round;
        const floats<Arch> mean =
            divided ? lane_by_lane<Arch, float>(sum, [divisor](float x) { return div<Arch>(x, divisor); })
                    : mul<Arch>(sum, floats<Arch>(div<Arch>(1.0f, divisor)));
        if (rule == avg_pool_rule::zero_point_then_round)
            return round_absolute<Arch>(add<Arch>(mean, to_float<Arch>(to.zero_point)), to);
        return round_to_code<Arch>(mean, to);
    }
};

/// `Count` channels from `first` on, of some pixels of output.
template <int Count, class Arch, auto Config, bool Adaptive, class Code>
QUANTYPE_SIMD_INLINE void avg_pool_channels(const avg_pool2d_args<Code>& args, slice pixels, int first) {
    constexpr auto c = Config;
    constexpr std::ptrdiff_t in[3] = {Config.input.image(), Config.input.row(), Config.input.pixel()};
    constexpr std::ptrdiff_t out[3] = {Config.output.image(), Config.output.row(), Config.output.pixel()};
    const averager<Arch, Adaptive> average{c.rule, args.zero_point, {args.zero_point, args.output_lo, args.output_hi}};
    const ints<Arch> none(0);
    for (int m = pixels.first; m < pixels.last; ++m) {
        const int ox = m % c.output.width, line = m / c.output.width;
        const int oy = line % c.output.height, n = line / c.output.height;
        const pool_window<Arch> w = window_at<Arch>(c, oy, ox);
        quads<Arch> sum{{none, none, none, none}};
        for (int y = w.top; y < w.bottom; ++y) {
            for (int x = w.left; x < w.right; ++x) {
                const Code* pixel = args.input + n * in[0] + y * in[1] + x * in[2] + first;
                const quads<Arch> codes = split<Code, Arch>(load<Arch>(pixel, Count));
                for (int j = 0; j < 4; ++j) sum.part[j] += codes.part[j];
            }
        }
        for (int j = 0; j < 4; ++j) sum.part[j] = average.apply(sum.part[j], w);
        store<Arch>(args.output + n * out[0] + oy * out[1] + ox * out[2] + first, merge<Arch>(sum), Count);
    }
}

template <class Arch, auto Config, bool Adaptive, class Threads, class Code>
QUANTYPE_SIMD_INLINE void avg_pool_all(const avg_pool2d_args<Code>& args) {
    constexpr int channels = Config.output.channels, whole = channels / width<Arch> * width<Arch>;
    constexpr int pixels = Config.batch * Config.output.height * Config.output.width;
    constexpr std::int64_t work = element_work * Config.batch * Config.input.height * Config.input.width * channels;
    threads_for<Threads, work>::split(pixels, [&](int first, int last) __attribute__((always_inline)) {
        const slice some{first, last};
        for (int c = 0; c < whole; c += width<Arch>)
            avg_pool_channels<width<Arch>, Arch, Config, Adaptive>(args, some, c);
        if constexpr (channels > whole) avg_pool_channels<channels - whole, Arch, Config, Adaptive>(args, some, whole);
    });
}

}  // namespace detail

/// See contract/pool.hpp; same bits as scalar::avg_pool2d.
template <vector_arch Arch, avg_pool2d_config Config, code_type Code, class Threads = no_threads>
void avg_pool2d(const avg_pool2d_args<Code>& args) {
    static_assert(Config.valid(), "avg_pool2d: extents must be positive and channels equal");
    detail::avg_pool_all<Arch, Config, false, Threads>(args);
}

/// See contract/pool.hpp; same bits as scalar::adaptive_avg_pool2d.
template <vector_arch Arch, adaptive_avg_pool2d_config Config, code_type Code, class Threads = no_threads>
void adaptive_avg_pool2d(const avg_pool2d_args<Code>& args) {
    static_assert(Config.valid(), "adaptive_avg_pool2d: extents must be positive and channels equal");
    detail::avg_pool_all<Arch, Config, true, Threads>(args);
}

}  // namespace kernel::simd

QUANTYPE_END_NAMESPACE
#endif
