// SPDX-License-Identifier: BSL-1.0
// Quantized linear layer (contract/linear.hpp) with packed weights: rows are brought into the form that the
// multiplication reads, a band at a time; then every block of output channels runs over the band.
#pragma once
#include <quantype/kernel/contract/linear.hpp>
#include <quantype/kernel/simd/plain_product.hpp>
#include <quantype/kernel/simd/product_tiles.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd {

/// The form in which linear() takes weights and channels. Weights with a zero point stay as they are.
template <vector_arch Arch>
constexpr product_form form_of(const linear_config& c, bool signed_input) {
    using multiply = detail::exact<Arch>;
    if (c.weight_zero_point) return {};
    return {product_form::order_type::blocks,
            1,
            {c.out_features, 1, c.in_features, multiply::group, detail::lanes<Arch>,
             detail::vectors_for<Arch>(c.rows, c.out_features)},
            {},
            detail::element_shift<multiply>(signed_input)};
}

namespace detail {

/// `Count` rows from row `first` on.
template <class Arch, linear_config Config, class Policy, int Count, class In, class Out>
QUANTYPE_SIMD_INLINE void linear_band(const linear_args<In, Out, typename Policy::params>& args, int first,
                                      typename exact<Arch>::element* staged) {
    using multiply = exact<Arch>;
    constexpr weight_layout layout = form_of<Arch>(Config, false).matrix;
    constexpr int depth = layout.groups() * multiply::group;
    constexpr std::ptrdiff_t input_row = Config.input_row(), output_row = Config.output_row();
    for (int r = 0; r < Count; ++r)
        to_elements<multiply>(args.input + (first + r) * input_row, Config.in_features, staged + r * depth);
    const typename multiply::element* segment[1] = {staged};
    tile_args<multiply, Out> t = tile_of<multiply>(layout, args);
    t.row = depth;
    t.output_row = output_row;
    using blocks = weight_blocks<layout>;
    for (int b = 0; b < blocks::count; ++b) {
        const int n = b * blocks::columns;
        t.weights = args.weight + b * blocks::bytes;
        t.channels = words_of(args.channels) + n;
        t.columns = Config.out_features - n;
        t.output = args.output + first * output_row + n;
        run_rows<Arch, multiply, Policy, Count, layout>(t, segment, b);
    }
}

template <class Arch, linear_config Config, class Policy, class In, class Out>
QUANTYPE_SIMD_INLINE void packed_linear(const linear_args<In, Out, typename Policy::params>& args) {
    using element = typename exact<Arch>::element;
    constexpr weight_layout layout = form_of<Arch>(Config, false).matrix;
    constexpr int row = layout.groups() * layout.group, tile = tile_rows_for<Arch>(Config.rows, layout.vectors);
    constexpr int fit = band_bytes / (row * static_cast<int>(sizeof(element)) * tile);
    constexpr int most = (fit > 0 ? fit : 1) * tile, band = most < Config.rows ? most : Config.rows;
    constexpr int whole = Config.rows / band, rest = Config.rows % band;
    alignas(most_alignment) several<element, band * row> staged;
    for (int i = 0; i < whole; ++i) linear_band<Arch, Config, Policy, band>(args, i * band, staged);
    if constexpr (rest > 0) linear_band<Arch, Config, Policy, rest>(args, whole * band, staged);
}

}  // namespace detail

/// See contract/linear.hpp; same bits as scalar::linear. Weights and channels in the form of form_of.
template <vector_arch Arch, linear_config Config, class Policy, code_type In, code_type Out>
void linear(const linear_args<In, Out, typename Policy::params>& args) {
    static_assert(Config.valid(), "linear: extents must be positive and strides at least as long as a row");
    if constexpr (Config.weight_zero_point)
        detail::plain_linear<Arch, Config, Policy>(args);
    else
        detail::packed_linear<Arch, Config, Policy>(args);
}

}  // namespace kernel::simd

QUANTYPE_END_NAMESPACE
#endif
