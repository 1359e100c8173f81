// SPDX-License-Identifier: BSL-1.0
// Maximum pooling (contract/pool.hpp) on batches: channels across the lanes, codes compared as bytes.
#pragma once
#include <quantype/kernel/contract/pool.hpp>
#include <quantype/kernel/simd/lookup.hpp>
#include <quantype/kernel/simd/threads.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd {

namespace detail {

/// Position `p` moved into 0..size-1 where the rule says so.
template <class Arch>
QUANTYPE_SIMD_INLINE int pool_position(int p, int size, max_pool_rule rule) {
    if (rule != max_pool_rule::clamp_coordinates) return p;
    const int above = p < 0 ? 0 : p;
    return above >= size ? size - 1 : above;
}

/// `Count` channels from `first` on, of some pixels of output.
template <int Count, class Arch, max_pool2d_config Config, class Code>
QUANTYPE_SIMD_INLINE void max_pool_channels(const max_pool2d_args<Code>& args, slice pixels, int first) {
    constexpr max_pool2d_config c = Config;
    constexpr std::ptrdiff_t in[3] = {Config.input.image(), Config.input.row(), Config.input.pixel()};
    constexpr std::ptrdiff_t out[3] = {Config.output.image(), Config.output.row(), Config.output.pixel()};
    const code_range<Arch, Code> range(args.output_lo, args.output_hi);
    for (int m = pixels.first; m < pixels.last; ++m) {
        const int ox = m % c.output.width, line = m / c.output.width;
        const int oy = line % c.output.height, n = line / c.output.height;
        xsimd::batch<Code, Arch> best(static_cast<Code>(lowest_code<Code>));
        for (int t = 0; t < c.kernel_height * c.kernel_width; ++t) {
            const int i = t / c.kernel_width, j = t % c.kernel_width;
            const int y = pool_position<Arch>(oy * c.stride_height - c.padding.top + i * c.dilation_height,
                                              c.input.height, c.rule);
            const int x =
                pool_position<Arch>(ox * c.stride_width - c.padding.left + j * c.dilation_width, c.input.width, c.rule);
            if (y < 0 || y >= c.input.height || x < 0 || x >= c.input.width) continue;
            const Code* pixel = args.input + n * in[0] + y * in[1] + x * in[2] + first;
            best = xsimd::max(best, bits<Code>(load<Arch>(pixel, Count)));
        }
        store<Arch>(args.output + n * out[0] + oy * out[1] + ox * out[2] + first, range.apply(bits<std::uint8_t>(best)),
                    Count);
    }
}

}  // namespace detail

/// See contract/pool.hpp; same bits as scalar::max_pool2d.
template <vector_arch Arch, max_pool2d_config Config, code_type Code, class Threads = no_threads>
void max_pool2d(const max_pool2d_args<Code>& args) {
    static_assert(Config.valid(), "max_pool2d: extents must be positive and channels equal");
    constexpr int width = detail::width<Arch>, channels = Config.output.channels, whole = channels / width * width;
    constexpr int pixels = Config.batch * Config.output.height * Config.output.width;
    constexpr std::int64_t work = detail::element_work * pixels * channels;
    detail::threads_for<Threads, work>::split(pixels, [&](int first, int last) __attribute__((always_inline)) {
        const detail::slice some{first, last};
        for (int c = 0; c < whole; c += width) detail::max_pool_channels<width, Arch, Config>(args, some, c);
        if constexpr (channels > whole) detail::max_pool_channels<channels - whole, Arch, Config>(args, some, whole);
    });
}

}  // namespace kernel::simd

QUANTYPE_END_NAMESPACE
#endif
