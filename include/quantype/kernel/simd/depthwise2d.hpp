// SPDX-License-Identifier: BSL-1.0
// Depthwise 2-d convolution on batches: channels across the lanes, one multiply-add a tap. Products and sums run in
// float32, where they are exact (each below 2^24), fused or not; SSE2 and xsimd 8 have no 32-bit integer multiply.
#pragma once
#include <quantype/kernel/contract/conv2d.hpp>
#include <quantype/kernel/simd/requantize.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd::detail {

/// One filter a channel, and few enough taps that 255 * 255 * taps is below 2^24.
constexpr bool depthwise_fits(const conv2d_config& c) {
    return c.groups == c.input.channels && c.output.channels == c.input.channels &&
           c.kernel_height * c.kernel_width <= 258;
}

/// Weights and parameters of up to `width` channels, in the order of `quads`.
template <class Arch, class Policy, int Taps>
struct depthwise_block {
    alignas(most_alignment) several<several<float, lanes<Arch>>[4], Taps> weights;
    channel<Arch, Policy> channels[4];

    /// Channel `first` and those behind it; `count` of them exist.
    QUANTYPE_SIMD_INLINE depthwise_block(const std::int8_t* w, const typename Policy::params* p, int count,
                                         std::int32_t zero_point)
        : channels{make(p, 0, count), make(p, 1, count), make(p, 2, count), make(p, 3, count)} {
        for (int t = 0; t < Taps; ++t)
            for (int j = 0; j < 4; ++j)
                for (int i = 0; i < lanes<Arch>; ++i) {
                    const int c = 4 * i + j;
                    weights[t][j][i] = c < count ? static_cast<float>(w[c * Taps + t] - zero_point) : 0.0f;
                }
    }

private:
    static QUANTYPE_SIMD_INLINE channel<Arch, Policy> make(const typename Policy::params* p, int j, int count) {
        return j < count ? channel<Arch, Policy>(p + j, 4, count - j) : channel<Arch, Policy>(p, 4, 1);
    }
};

template <int Count, class Arch, conv2d_config Config, class Policy, class In, class Out>
QUANTYPE_SIMD_INLINE void depthwise_channels(const conv2d_args<In, Out, typename Policy::params>& args, int first) {
    constexpr conv2d_config c = Config;
    constexpr int taps = c.kernel_height * c.kernel_width;
    constexpr std::ptrdiff_t in[3] = {Config.input.image(), Config.input.row(), Config.input.pixel()};
    constexpr std::ptrdiff_t out[3] = {Config.output.image(), Config.output.row(), Config.output.pixel()};
    constexpr int first_y = -c.input.halo.top, end_y = c.input.height + c.input.halo.bottom;
    constexpr int first_x = -c.input.halo.left, end_x = c.input.width + c.input.halo.right;
    const depthwise_block<Arch, Policy, taps> block(args.weight + first * taps, args.channels + first, Count,
                                                    c.weight_zero_point ? args.weight_zero_point : 0);
    const ints<Arch> zero(args.input_zero_point);
    const target<Arch> to(args.output_zero_point, args.output_lo, args.output_hi);
    for (int m = 0; m < c.batch * c.output.height * c.output.width; ++m) {
        const int ox = m % c.output.width, line = m / c.output.width;
        const int oy = line % c.output.height, n = line / c.output.height;
        const int y0 = oy * c.stride_height - c.padding.top, x0 = ox * c.stride_width - c.padding.left;
        floats<Arch> sum[4] = {floats<Arch>(0.0f), floats<Arch>(0.0f), floats<Arch>(0.0f), floats<Arch>(0.0f)};
        for (int t = 0; t < taps; ++t) {
            const int y = y0 + t / c.kernel_width * c.dilation_height;
            const int x = x0 + t % c.kernel_width * c.dilation_width;
            if (y < first_y || y >= end_y || x < first_x || x >= end_x) continue;
            const In* pixel = args.input + n * in[0] + y * in[1] + x * in[2] + first;
            const quads<Arch> codes = split<In, Arch>(load<Arch>(pixel, Count));
            for (int j = 0; j < 4; ++j)
                sum[j] +=
                    xsimd::batch_cast<float>(codes.part[j] - zero) * floats<Arch>::load_aligned(block.weights[t][j]);
        }
        quads<Arch> y{{zero, zero, zero, zero}};
        for (int j = 0; j < 4; ++j)
            y.part[j] = block.channels[j].apply(xsimd::batch_cast<std::int32_t>(sum[j]) + block.channels[j].start, to);
        store<Arch>(args.output + n * out[0] + oy * out[1] + ox * out[2] + first, merge<Arch>(y), Count);
    }
}

template <class Arch, conv2d_config Config, class Policy, class In, class Out>
QUANTYPE_SIMD_INLINE void depthwise2d(const conv2d_args<In, Out, typename Policy::params>& args) {
    constexpr int channels = Config.output.channels, whole = channels / width<Arch> * width<Arch>;
    for (int c = 0; c < whole; c += width<Arch>) depthwise_channels<width<Arch>, Arch, Config, Policy>(args, c);
    if constexpr (channels > whole) depthwise_channels<channels - whole, Arch, Config, Policy>(args, whole);
}

}  // namespace kernel::simd::detail

QUANTYPE_END_NAMESPACE
#endif
