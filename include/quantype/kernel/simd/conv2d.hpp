// SPDX-License-Identifier: BSL-1.0
// Quantized 2-d convolution (contract/conv2d.hpp) with packed weights: rows of the image are brought together in the
// form that the multiplication reads, with their padding, a band of output rows at a time; then every block of output
// channels runs over the band, so that its weights stay in the cache. A row of the window is one stretch of the sum.
// 1x1 windows are a matrix product; depthwise convolutions go to kernel/simd/depthwise2d.hpp.
#pragma once
#include <quantype/kernel/contract/conv2d.hpp>
#include <quantype/kernel/simd/depthwise2d.hpp>
#include <quantype/kernel/simd/linear.hpp>
#include <quantype/kernel/simd/plain_product.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd {

namespace detail {

/// True where a window is one pixel, so that all pixels are rows of one matrix.
constexpr bool is_pointwise(const conv2d_config& c) {
    return c.kernel_height == 1 && c.kernel_width == 1 && c.stride_height == 1 && c.stride_width == 1 &&
           c.padding == sides{} && c.groups == 1 && c.input.dense() && c.output.dense();
}
constexpr linear_config pointwise_of(const conv2d_config& c) {
    linear_config l;
    l.rows = c.batch * c.output.height * c.output.width;
    l.in_features = c.input.channels;
    l.out_features = c.output.channels;
    l.input_lo = c.input_lo;
    l.input_hi = c.input_hi;
    return l;
}

}  // namespace detail

/// The form in which conv2d() takes weights and channels. Weights with a zero point stay as they are.
template <vector_arch Arch, class Products = exact_products>
constexpr product_form form_of(const conv2d_config& c, bool signed_input) {
    using multiply = detail::exact<Arch>;
    if (c.weight_zero_point) return {};
    if (detail::is_pointwise(c)) return form_of<Arch, Products>(detail::pointwise_of(c), signed_input);
    if (detail::is_depthwise(c))
        return {product_form::order_type::depthwise,
                1,
                {},
                detail::filters_of<Arch>(c),
                detail::element_shift<detail::exact_lanes<Arch>>(signed_input)};
    const bool rows_whole = c.dilation_width == 1 && c.groups == 1;
    const int segments = rows_whole ? c.kernel_height : c.kernel_height * c.kernel_width;
    const int columns = c.out_channels_per_group();
    weight_layout layout{columns,
                         segments,
                         c.depth() / segments,
                         multiply::group,
                         detail::lanes<Arch>,
                         detail::vectors_for<Arch>(c.output.width, columns)};
    const std::int32_t shift = detail::choose_product<Arch, Products>(layout, c.input_codes(), signed_input);
    return {product_form::order_type::blocks, c.groups, layout, {}, shift, detail::upper_shift<multiply>()};
}

namespace detail {

/// A band of output rows, and the rows of the image that it reads, as they are staged for Multiply: codes plus Shift.
template <class Multiply, int Shift, conv2d_config Config>
struct conv_band {
    using element = typename Multiply::element;
    static constexpr int channels = Config.input.channels;
    static constexpr int span = (Config.kernel_height - 1) * Config.dilation_height + 1;
    /// Pixels of a row that windows reach.
    static constexpr int pixels =
        (Config.output.width - 1) * Config.stride_width + (Config.kernel_width - 1) * Config.dilation_width + 1;
    /// Elements of a row, with those that the last group reads beyond it.
    static constexpr int row = (pixels * channels + Multiply::group + 7) / 8 * 8;
    static constexpr int fit = band_bytes / (row * static_cast<int>(sizeof(element)));
    static constexpr int most = fit > span ? (fit - span) / Config.stride_height + 1 : 1;
    static constexpr int height = most < Config.output.height ? most : Config.output.height;
    static constexpr int rows = (height - 1) * Config.stride_height + span;
    static constexpr int elements = rows * row;

    /// Row `y` of image `n`, which may lie in the padding.
    template <class In>
    static QUANTYPE_SIMD_INLINE void stage_row(const In* input, int n, int y, element zero, element* to) {
        constexpr int left = Config.padding.left < pixels ? Config.padding.left : pixels;
        constexpr int there = pixels - left < Config.input.width ? pixels - left : Config.input.width;
        const bool inside = y >= 0 && y < Config.input.height;
        for (int i = 0; i < (inside ? left * channels : row); ++i) to[i] = zero;
        if (!inside) return;
        const In* from = input + place<Config.input>(n, y, 0);
        to += left * channels;
        constexpr std::ptrdiff_t pixel = Config.input.pixel();
        if constexpr (pixel == channels) {
            Multiply::template copy<Shift>(from, there * channels, to);
        } else {
            for (int x = 0; x < there; ++x)
                Multiply::template copy<Shift>(from + x * pixel, channels, to + x * channels);
        }
        for (int i = there * channels; i < row - left * channels; ++i) to[i] = zero;
    }
};

/// `rows` rows of output for block `b` of a group's columns, from the group's first input channel on.
template <class Arch, class Multiply, product_form Form, conv2d_config Config, class Policy, class Out>
QUANTYPE_SIMD_INLINE void conv_block(tile_args<Multiply, Out> t, const typename Multiply::element* staged, Out* output,
                                     int rows, int first_channel, int b) {
    using band = conv_band<Multiply, Form.shift, Config>;
    constexpr weight_layout layout = Form.matrix;
    constexpr int columns_of_window = layout.segments / Config.kernel_height;
    constexpr std::ptrdiff_t output_row = Config.output.row();
    for (int y = 0; y < rows; ++y, output += output_row) {
        const typename Multiply::element* segments[static_cast<std::size_t>(layout.segments)];
        for (int i = 0; i < layout.segments; ++i) {
            const int line = y * Config.stride_height + i / columns_of_window * Config.dilation_height;
            const int pixel = i % columns_of_window * Config.dilation_width;
            segments[i] = staged + line * band::row + pixel * band::channels + first_channel;
        }
        t.output = output;
        run_rows<Arch, Multiply, Policy, Config.output.width, layout>(t, segments, b);
    }
}

/// Some bands of image `n` times some blocks of each group's columns.
template <class Arch, class Multiply, product_form Form, conv2d_config Config, class Policy, class In, class Out>
QUANTYPE_SIMD_INLINE void conv2d_part(const conv2d_args<In, Out, typename Policy::params>& args, int n, slice bands,
                                      slice some) {
    using band = conv_band<Multiply, Form.shift, Config>;
    using element = typename band::element;
    constexpr conv2d_config c = Config;
    constexpr weight_layout layout = Form.matrix;
    using blocks = weight_blocks<layout>;
    constexpr int group_words = channel_words<Policy> * layout.padded_columns();
    constexpr std::ptrdiff_t group_bytes = static_cast<std::ptrdiff_t>(layout.bytes());
    constexpr int group_channels = Config.in_channels_per_group(), output_pixel = Config.output.pixel();
    alignas(most_alignment) several<element, band::elements> staged;
    const auto zero = static_cast<element>(args.input_zero_point + Form.shift);
    tile_args<Multiply, Out> t = tile_of<Multiply, layout>(args);
    t.row = c.stride_width * c.input.channels;
    t.output_row = output_pixel;
    for (int i = bands.first; i < bands.last; ++i) {
        const int y0 = i * band::height;
        const int rows = y0 + band::height < c.output.height ? band::height : c.output.height - y0;
        for (int r = 0; r < (rows - 1) * c.stride_height + band::span; ++r)
            band::stage_row(args.input, n, y0 * c.stride_height - c.padding.top + r, zero, staged + r * band::row);
        for (int g = 0; g < c.groups; ++g)
            for (int b = some.first; b < some.last; ++b) {
                const std::int8_t* const weights = args.weight + g * group_bytes;
                if (!packed_for<Multiply, layout>(weights, b)) continue;
                const int column = b * blocks::columns;
                t.weights = weights + blocks::header + b * blocks::bytes;
                t.channels = words_of(args.channels) + g * group_words + column;
                t.columns = layout.columns - column;
                Out* const output = args.output + place<c.output>(n, y0, 0) + g * layout.columns + column;
                conv_block<Arch, Multiply, Form, Config, Policy>(t, staged, output, rows, g * group_channels, b);
            }
    }
}

/// Multiplications of one image.
constexpr std::int64_t conv2d_work(const conv2d_config& c) {
    return std::int64_t{c.output.height} * c.output.width * c.output.channels * c.depth();
}

template <class Arch, class Multiply, product_form Form, conv2d_config Config, class Policy, class Threads, class In,
          class Out>
QUANTYPE_SIMD_INLINE void packed_conv2d(const conv2d_args<In, Out, typename Policy::params>& args) {
    using band = conv_band<Multiply, Form.shift, Config>;
    constexpr int bands = (Config.output.height + band::height - 1) / band::height;
    for (int n = 0; n < Config.batch; ++n)
        split_grid<threads_for<Threads, conv2d_work(Config)>, bands, weight_blocks<Form.matrix>::count>(
            [&](slice rows, slice blocks) __attribute__((always_inline)) {
                conv2d_part<Arch, Multiply, Form, Config, Policy>(args, n, rows, blocks);
            });
}

}  // namespace detail

/// See contract/conv2d.hpp; same bits as scalar::conv2d. Weights and channels in the form of form_of.
template <vector_arch Arch, conv2d_config Config, class Policy, class Products = exact_products,
          class Threads = no_threads, code_type In, code_type Out>
void conv2d(const conv2d_args<In, Out, typename Policy::params>& args) {
    static_assert(Config.valid(), "conv2d: extents, groups, padding and output size must agree");
    if constexpr (Config.weight_zero_point)
        for (int group = 0; group < Config.groups; ++group) detail::conv2d_group<Arch, Config, Policy>(args, group);
    else if constexpr (detail::is_pointwise(Config))
        linear<Arch, detail::pointwise_of(Config), Policy, Products, Threads>(
            linear_args<In, Out, typename Policy::params>{args.input, args.weight, args.channels, args.output,
                                                          args.input_zero_point, 0, args.output_zero_point,
                                                          args.output_lo, args.output_hi});
    else if constexpr (detail::is_depthwise(Config))
        detail::packed_depthwise2d<Arch, Config, Policy, Threads>(args);
    else {
        constexpr product_form form = form_of<Arch, Products>(Config, lowest_code<In> < 0);
        detail::with_products<Arch, form.matrix>([&]<class Multiply>(Multiply) __attribute__((always_inline)) {
            detail::packed_conv2d<Arch, Multiply, form, Config, Policy, Threads>(args);
        });
    }
}

}  // namespace kernel::simd

QUANTYPE_END_NAMESPACE
#endif
