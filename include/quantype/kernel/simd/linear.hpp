// SPDX-License-Identifier: BSL-1.0
// Quantized linear layer (contract/linear.hpp) with packed weights: rows are brought into the form that the
// multiplication reads, a band at a time; then every block of output channels runs over the band.
#pragma once
#include <quantype/kernel/contract/linear.hpp>
#include <quantype/kernel/simd/plain_product.hpp>
#include <quantype/kernel/simd/product_tiles.hpp>
#include <quantype/kernel/simd/threads.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd {

/// The form in which linear() takes weights and channels. Weights with a zero point stay as they are.
template <vector_arch Arch, class Products = exact_products>
constexpr product_form form_of(const linear_config& c, bool signed_input) {
    if (c.weight_zero_point) return {};
    weight_layout layout{c.out_features,      1,
                         c.in_features,       detail::exact<Arch>::group,
                         detail::lanes<Arch>, detail::vectors_for<Arch>(c.rows, c.out_features)};
    const std::int32_t shift = detail::choose_product<Arch, Products>(layout, c.input_codes(), signed_input);
    return {product_form::order_type::blocks, 1, layout, {}, shift, detail::upper_shift<detail::exact<Arch>>()};
}

namespace detail {

/// Those of some blocks that are packed for Multiply, over `Count` rows from row `first` on, whose elements start at
/// `rows`, `row` elements apart.
template <class Arch, class Multiply, weight_layout Layout, linear_config Config, class Policy, int Count, class In,
          class Out>
QUANTYPE_SIMD_INLINE void linear_blocks(const linear_args<In, Out, typename Policy::params>& args, int first,
                                        const typename Multiply::element* rows, std::ptrdiff_t row, slice some) {
    constexpr std::ptrdiff_t output_row = Config.output_row();
    const typename Multiply::element* segment[1] = {rows};
    tile_args<Multiply, Out> t = tile_of<Multiply, Layout>(args);
    t.row = row;
    t.output_row = output_row;
    using blocks = weight_blocks<Layout>;
    for (int b = some.first; b < some.last; ++b) {
        if (!packed_for<Multiply, Layout>(args.weight, b)) continue;
        const int n = b * blocks::columns;
        t.weights = args.weight + blocks::header + b * blocks::bytes;
        t.channels = words_of(args.channels) + n;
        t.columns = Config.out_features - n;
        t.output = args.output + first * output_row + n;
        run_rows<Arch, Multiply, Policy, Count, Layout>(t, segment, b);
    }
}

/// Elements of a staged row.
template <class Multiply, weight_layout Layout>
inline constexpr int staged_depth = together_of<Multiply>::value ? (Layout.segment + 15) / 16 * 16
                                                                 : Layout.groups_of(Multiply::group) * Multiply::group;

/// `Count` rows in the form that Multiply reads: as many tiles, or one behind the other.
template <class Arch, class Multiply, product_form Form, linear_config Config, int Count, class In>
QUANTYPE_SIMD_INLINE void stage_rows(const In* input, typename Multiply::element* staged) {
    constexpr std::ptrdiff_t input_row = Config.input_row();
    constexpr int depth = staged_depth<Multiply, Form.matrix>;
    if constexpr (together_of<Multiply>::value) {
        using cut = row_tiles<Arch, Count, Form.matrix.vectors>;
        constexpr int rows = cut::rows;
        for (int i = 0; i < cut::larger; ++i, input += rows * input_row, staged += rows * depth)
            Multiply::template stage<rows, Config.in_features>(input, input_row, staged);
        if constexpr (cut::smaller > 0)
            for (int i = 0; i < cut::smaller; ++i, input += (rows - 1) * input_row, staged += (rows - 1) * depth)
                Multiply::template stage<rows - 1, Config.in_features>(input, input_row, staged);
    } else {
        for (int r = 0; r < Count; ++r)
            to_elements<Multiply, Form.shift>(input + r * input_row, Config.in_features, staged + r * depth);
    }
}

/// `Count` rows from row `first` on, brought into the form that Multiply reads.
template <class Arch, class Multiply, product_form Form, linear_config Config, class Policy, int Count, class In,
          class Out>
QUANTYPE_SIMD_INLINE void linear_band(const linear_args<In, Out, typename Policy::params>& args, int first,
                                      typename Multiply::element* staged, slice blocks) {
    using staged_multiply = typename together_of<Multiply>::type;
    constexpr std::ptrdiff_t input_row = Config.input_row();
    stage_rows<Arch, staged_multiply, Form, Config, Count>(args.input + first * input_row, staged);
    linear_blocks<Arch, staged_multiply, Form.matrix, Config, Policy, Count>(
        args, first, staged, staged_depth<Multiply, Form.matrix>, blocks);
}

/// True where the codes themselves are the elements, groups are whole, and several rows would not be staged together.
template <class Multiply, product_form Form, linear_config Config, class In>
inline constexpr bool elements_in_place =
    std::is_same_v<In, typename Multiply::element> && Form.shift == 0 && Config.in_features % Multiply::group == 0 &&
    (Config.rows == 1 || !together_of<Multiply>::value);

/// How the rows are cut into bands.
template <class Arch, class Multiply, product_form Form, linear_config Config>
struct linear_bands {
    static constexpr int row = staged_depth<Multiply, Form.matrix>;
    static constexpr int tile = row_tiles<Arch, Config.rows, Form.matrix.vectors>::rows;
    static constexpr int fit = band_bytes / (row * static_cast<int>(sizeof(typename Multiply::element)) * tile);
    static constexpr int most = (fit > 0 ? fit : 1) * tile, band = most < Config.rows ? most : Config.rows;
    static constexpr int whole = Config.rows / band, rest = Config.rows % band, count = whole + (rest > 0 ? 1 : 0);
};

/// Some bands times some blocks.
template <class Arch, class Multiply, product_form Form, linear_config Config, class Policy, class In, class Out>
QUANTYPE_SIMD_INLINE void linear_part(const linear_args<In, Out, typename Policy::params>& args, slice bands,
                                      slice blocks) {
    using element = typename Multiply::element;
    using cut = linear_bands<Arch, Multiply, Form, Config>;
    constexpr int row = cut::row, band = cut::band, whole = cut::whole, rest = cut::rest;
    const int end = bands.last < whole ? bands.last : whole;
    if constexpr (elements_in_place<Multiply, Form, Config, In>) {
        constexpr std::ptrdiff_t input_row = Config.input_row();
        for (int i = bands.first; i < end; ++i)
            linear_blocks<Arch, Multiply, Form.matrix, Config, Policy, band>(
                args, i * band, args.input + i * band * input_row, input_row, blocks);
        if constexpr (rest > 0)
            if (bands.last > whole)
                linear_blocks<Arch, Multiply, Form.matrix, Config, Policy, rest>(
                    args, whole * band, args.input + whole * band * input_row, input_row, blocks);
    } else {
        alignas(most_alignment) several<element, band * row> staged;
        for (int i = bands.first; i < end; ++i)
            linear_band<Arch, Multiply, Form, Config, Policy, band>(args, i * band, staged, blocks);
        if constexpr (rest > 0)
            if (bands.last > whole)
                linear_band<Arch, Multiply, Form, Config, Policy, rest>(args, whole * band, staged, blocks);
    }
}

template <class Arch, class Multiply, product_form Form, linear_config Config, class Policy, class Threads, class In,
          class Out>
QUANTYPE_SIMD_INLINE void packed_linear(const linear_args<In, Out, typename Policy::params>& args) {
    if (!some_packed_for<Multiply, Form.matrix>(args.weight)) return;
    constexpr std::int64_t work = std::int64_t{Config.rows} * Config.in_features * Config.out_features;
    split_grid<threads_for<Threads, work>, linear_bands<Arch, Multiply, Form, Config>::count,
               weight_blocks<Form.matrix>::count>([&](slice bands, slice blocks) __attribute__((always_inline)) {
        linear_part<Arch, Multiply, Form, Config, Policy>(args, bands, blocks);
    });
}

}  // namespace detail

/// See contract/linear.hpp; same bits as scalar::linear. Weights and channels in the form of form_of.
template <vector_arch Arch, linear_config Config, class Policy, class Products = exact_products,
          class Threads = no_threads, code_type In, code_type Out>
void linear(const linear_args<In, Out, typename Policy::params>& args) {
    static_assert(Config.valid(), "linear: extents must be positive and strides at least as long as a row");
    if constexpr (Config.weight_zero_point) {
        detail::plain_linear<Arch, Config, Policy>(args);
    } else {
        constexpr product_form form = form_of<Arch, Products>(Config, lowest_code<In> < 0);
        detail::with_products<Arch, form.matrix>([&]<class Multiply>(Multiply) __attribute__((always_inline)) {
            detail::packed_linear<Arch, Multiply, form, Config, Policy, Threads>(args);
        });
    }
}

}  // namespace kernel::simd

QUANTYPE_END_NAMESPACE
#endif
