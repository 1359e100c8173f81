// SPDX-License-Identifier: BSL-1.0
// Depthwise convolution with packed weights: channels across the lanes. Rows of the image are interleaved in groups, so
// that one step of the multiplication sums up `group` rows of one column; a weight serves several output pixels.
#pragma once
#include <quantype/kernel/contract/conv2d.hpp>
#include <quantype/kernel/simd/product_tiles.hpp>
#include <quantype/kernel/simd/threads.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd::detail {

/// One filter a channel.
constexpr bool is_depthwise(const conv2d_config& c) {
    return c.groups > 1 && c.groups == c.input.channels && c.output.channels == c.input.channels;
}
template <class Arch>
constexpr depthwise_layout filters_of(const conv2d_config& c) {
    return {c.input.channels,  c.kernel_height,          c.kernel_width,
            c.dilation_height, exact_lanes<Arch>::group, lanes<Arch>};
}

/// A layout's facts as constants, as in weight_blocks.
template <class Arch, conv2d_config Config>
struct filter_facts {
    static constexpr depthwise_layout layout = filters_of<Arch>(Config);
    static constexpr std::ptrdiff_t block_bytes = layout.block_bytes(), padded = layout.padded_channels();
    static constexpr std::ptrdiff_t output_pixel = Config.output.pixel();
    struct by_phase {
        int segments[exact_lanes<Arch>::group]{};
        int offsets[exact_lanes<Arch>::group]{};
    };
    static constexpr by_phase phases = [] {
        by_phase p;
        for (int i = 0; i < exact_lanes<Arch>::group; ++i)
            p.segments[i] = layout.segments(i), p.offsets[i] = layout.phase_offset(i);
        return p;
    }();
};

/// A band of output rows for some of the channels, and the rows of the image that it reads, interleaved as
/// [group of rows][pixel][channel][row in the group].
template <class Arch, conv2d_config Config>
struct depthwise_band {
    using multiply = exact_lanes<Arch>;
    using element = typename multiply::element;
    static constexpr int group = multiply::group;
    static constexpr int all_channels = filters_of<Arch>(Config).padded_channels();
    static constexpr int span = (Config.kernel_height - 1) * Config.dilation_height + 1;
    static constexpr int pixels =
        (Config.output.width - 1) * Config.stride_width + (Config.kernel_width - 1) * Config.dilation_width + 1;
    /// Bytes of one channel of a row; rows of the image that four rows of output read.
    static constexpr int line_bytes = pixels * static_cast<int>(sizeof(element));
    static constexpr int wanted_height = Config.output.height < 4 ? Config.output.height : 4;
    static constexpr int wanted_rows = ((wanted_height - 1) * Config.stride_height + span + group - 1) / group * group;
    /// Channels staged together: whole steps of what is interleaved at a time.
    static constexpr int step = lanes<Arch> > 16 ? lanes<Arch> : 16;
    static constexpr int fit_channels = 2 * band_bytes / (line_bytes * wanted_rows) / step * step;
    static constexpr int most_channels = fit_channels > step ? fit_channels : step;
    static constexpr int channels = most_channels < all_channels ? most_channels : all_channels;
    static constexpr int fit_rows = 2 * band_bytes / (line_bytes * channels) / group * group;
    static constexpr int most_height = fit_rows > span ? (fit_rows - span) / Config.stride_height + 1 : 1;
    static constexpr int height = most_height < Config.output.height ? most_height : Config.output.height;
    static constexpr int groups = ((height - 1) * Config.stride_height + span + group - 1) / group;
    static constexpr int pixel = channels * group;
    static constexpr int row = pixels * pixel;
    static constexpr int elements = groups * row;

    /// Group of rows from row `y` of image `n` on, of `count` channels from `first` on. `zeros`: a pixel of the
    /// padding.
    template <class In>
    static QUANTYPE_SIMD_INLINE void stage_group(const In* input, int n, int y, int first, int count, const In* zeros,
                                                 element* to) {
        for (int i = 0; i < pixels; ++i, to += pixel) {
            const int x = i - Config.padding.left;
            several<const In*, group> rows;
            for (int r = 0; r < group; ++r) {
                const bool there = y + r >= 0 && y + r < Config.input.height && x >= 0 && x < Config.input.width;
                rows[r] = there ? input + place<Config.input>(n, y + r, x) + first : zeros;
            }
            multiply::interleave(rows, count, to);
        }
    }
};

/// Pixels of a row of output, one or two vectors of channels of each.
template <class Multiply>
struct depthwise_args {
    const typename Multiply::element* x;  ///< the first pixel's window
    std::ptrdiff_t pixel;                 ///< from window to window
    std::ptrdiff_t segment;               ///< from group of rows to group of rows
    std::ptrdiff_t column;                ///< from column to column of the window
    int segments;
    int kernel_width;
    const std::int8_t* weights;
    std::ptrdiff_t block;  ///< from one vector's weights to the next one's
};

template <class Arch, class Multiply, class Policy, class Out, int Pixels, int Vectors>
__attribute__((noinline)) void depthwise_tile(const depthwise_args<Multiply>& d, const tile_args<Multiply, Out>& t) {
    tile_sums<Arch, Pixels, Vectors> acc;
    start_tile<Arch, Pixels, Vectors>(t.channels, acc);
    const std::int8_t* w = d.weights;
    const std::ptrdiff_t pixel = d.pixel, block = d.block;
    for (int s = 0; s < d.segments; ++s) {
        const typename Multiply::element* x = d.x + s * d.segment + t.first_row * pixel;
        for (int k = 0; k < d.kernel_width; ++k, x += d.column, w += lanes<Arch> * Multiply::group) {
            unroll<Vectors>([&](auto v) __attribute__((always_inline)) {
                const typename Multiply::vector tap = Multiply::weights(w + v() * block);
                unroll<Pixels>([&](auto i) __attribute__((always_inline)) {
                    const auto* at = x + i() * pixel + v() * lanes<Arch> * Multiply::group;
                    acc[i()][v()] = Multiply::add(acc[i()][v()], Multiply::lanes_of(at), tap);
                });
            });
        }
    }
    finish_tile<Arch, Policy, Pixels, Vectors>(acc, t);
}

/// A row of output: tiles of as many pixels, then of one pixel less.
template <class Arch, conv2d_config Config, class Policy, int Vectors, class Out>
QUANTYPE_SIMD_INLINE void depthwise_row(const depthwise_args<exact_lanes<Arch>>& d,
                                        tile_args<exact_lanes<Arch>, Out> t) {
    constexpr int width = Config.output.width, count = tile_rows_for<Arch>(width, Vectors);
    constexpr int tiles = (width + count - 1) / count, smaller = tiles * count - width;
    for (int i = 0; i < tiles - smaller; ++i, t.first_row += count)
        depthwise_tile<Arch, exact_lanes<Arch>, Policy, Out, count, Vectors>(d, t);
    if constexpr (smaller > 0)
        for (int i = 0; i < smaller; ++i, t.first_row += count - 1)
            depthwise_tile<Arch, exact_lanes<Arch>, Policy, Out, count - 1, Vectors>(d, t);
}

/// Output rows y0 .. y0 + rows - 1 of `Vectors` vectors of channels from channel `c` on, which stand first in `staged`.
template <class Arch, conv2d_config Config, class Policy, int Vectors, class In, class Out>
QUANTYPE_SIMD_INLINE void depthwise_rows(const conv2d_args<In, Out, typename Policy::params>& args, int n, int y0,
                                         int rows, int c, const typename exact_lanes<Arch>::element* staged) {
    using band = depthwise_band<Arch, Config>;
    using filters = filter_facts<Arch, Config>;
    depthwise_args<exact_lanes<Arch>> d{};
    d.pixel = Config.stride_width * band::pixel;
    d.segment = band::row;
    d.column = Config.dilation_width * band::pixel;
    d.kernel_width = Config.kernel_width;
    d.block = filters::block_bytes;
    tile_args<exact_lanes<Arch>, Out> t{};
    t.channel_stride = filters::padded;
    t.output_row = filters::output_pixel;
    t.zero_point = args.output_zero_point;
    t.lo = args.output_lo;
    t.hi = args.output_hi;
    t.channels = words_of(args.channels) + c;
    t.columns = Config.input.channels - c;
    for (int y = 0; y < rows; ++y) {
        const int top = y * Config.stride_height, phase = top % band::group;
        d.x = staged + top / band::group * band::row;
        d.segments = filters::phases.segments[phase];
        d.weights = args.weight + c / lanes<Arch> * filters::block_bytes + filters::phases.offsets[phase];
        t.output = args.output + place<Config.output>(n, y0 + y, 0) + c;
        depthwise_row<Arch, Config, Policy, Vectors>(d, t);
    }
}

/// Some bands of image `n`, for some of the steps of band::channels channels.
template <class Arch, conv2d_config Config, class Policy, class In, class Out>
QUANTYPE_SIMD_INLINE void depthwise_part(const conv2d_args<In, Out, typename Policy::params>& args, int n, slice bands,
                                         slice steps) {
    using band = depthwise_band<Arch, Config>;
    constexpr conv2d_config c = Config;
    alignas(most_alignment) several<typename band::element, band::elements> staged;
    several<In, band::channels> zeros;
    for (In& z : zeros) z = static_cast<In>(args.input_zero_point);
    for (int i = bands.first; i < bands.last; ++i)
        for (int step = steps.first; step < steps.last; ++step) {
            const int y0 = i * band::height, first = step * band::channels;
            const int rows = y0 + band::height < c.output.height ? band::height : c.output.height - y0;
            const int used = (rows - 1) * c.stride_height + band::span;
            const int left = c.input.channels - first, count = left < band::channels ? left : band::channels;
            for (int q = 0; q * band::group < used; ++q)
                band::stage_group(args.input, n, y0 * c.stride_height - c.padding.top + q * band::group, first, count,
                                  zeros, staged + q * band::row);
            for (int v = 0; v < count; v += 2 * lanes<Arch>) {
                const auto* from = staged + v * band::group;
                if (count - v > lanes<Arch>)
                    depthwise_rows<Arch, Config, Policy, 2>(args, n, y0, rows, first + v, from);
                else
                    depthwise_rows<Arch, Config, Policy, 1>(args, n, y0, rows, first + v, from);
            }
        }
}

/// Depthwise products run at a fraction of the others' speed: each counts for four.
template <class Arch, conv2d_config Config, class Policy, class Threads, class In, class Out>
QUANTYPE_SIMD_INLINE void packed_depthwise2d(const conv2d_args<In, Out, typename Policy::params>& args) {
    using band = depthwise_band<Arch, Config>;
    constexpr int bands = (Config.output.height + band::height - 1) / band::height;
    constexpr int steps = (Config.input.channels + band::channels - 1) / band::channels;
    constexpr std::int64_t work = std::int64_t{4} * Config.output.height * Config.output.width *
                                  Config.output.channels * Config.kernel_height * Config.kernel_width;
    for (int n = 0; n < Config.batch; ++n)
        split_grid<threads_for<Threads, work>, bands, steps>(
            [&](slice rows, slice channels)
                __attribute__((always_inline)) { depthwise_part<Arch, Config, Policy>(args, n, rows, channels); });
}

}  // namespace kernel::simd::detail

QUANTYPE_END_NAMESPACE
#endif
