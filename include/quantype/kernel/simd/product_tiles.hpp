// SPDX-License-Identifier: BSL-1.0
// Products with packed weights: how a layer is cut into tiles, and the loop over them.
#pragma once
#include <quantype/kernel/simd/product_choice.hpp>
#include <quantype/kernel/simd/tile.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd::detail {

/// Activations that are brought into the multiplication's form at a time, so that they stay in the first cache.
inline constexpr int band_bytes = 16384;

/// The words of pack_channels stand where the contract has an array of params.
template <class Params>
QUANTYPE_SIMD_INLINE const std::uint32_t* words_of(const Params* channels) {
    return reinterpret_cast<const std::uint32_t*>(channels);
}

/// A layout's facts as constants: called at run time, its functions would be symbols that units of several arch levels
/// share.
template <weight_layout Layout>
struct weight_blocks {
    static constexpr int count = Layout.blocks();
    static constexpr int columns = Layout.block();
    static constexpr std::ptrdiff_t header = Layout.header(),
                                    bytes = static_cast<std::ptrdiff_t>(Layout.block_offset(1)) - header;
    static constexpr int last_vectors = Layout.vectors_of(count - 1);
};
/// Position of (y, x) in image `n`.
template <image_layout Layout>
QUANTYPE_SIMD_INLINE std::ptrdiff_t place(int n, int y, int x) {
    constexpr std::ptrdiff_t image = Layout.image(), row = Layout.row(), pixel = Layout.pixel();
    return n * image + y * row + x * pixel;
}

/// What all tiles of a layer share.
template <class Multiply, weight_layout Layout, class Args>
QUANTYPE_SIMD_INLINE auto tile_of(const Args& args) {
    constexpr int groups = Layout.groups_of(Multiply::group), padded = Layout.padded_columns();
    tile_args<Multiply, std::remove_pointer_t<decltype(args.output)>> t{};
    t.segment_count = Layout.segments;
    t.groups = groups;
    t.channel_stride = padded;
    t.zero_point = args.output_zero_point;
    t.lo = args.output_lo;
    t.hi = args.output_hi;
    return t;
}

/// Registers that hold accumulators; the others hold weights, an activation and a product.
template <class Arch>
inline constexpr int accumulators = has_32_registers<Arch> ? 24 : 12;

/// Accumulators that a row of a vector of columns takes.
template <class Arch>
constexpr int sums_of_vector() {
    if constexpr (requires { exact<Arch>::sums_of_vector; }) return exact<Arch>::sums_of_vector;
    return 1;
}

/// Vectors of a block for a product with `rows` rows: wide blocks where few rows share the weights, so that enough sums
/// are under way. With 16 registers more than six make GCC keep a sum in memory.
template <class Arch>
constexpr int vectors_for(int rows, int columns) {
    constexpr bool many = accumulators<Arch> == 24;
    const int single = rows == 1 ? (many ? 8 : 6) : rows == 2 || many ? 4 : 2;
    const int wanted = sums_of_vector<Arch>() == 1 ? single : rows < 3 ? 5 - rows : 2;
    const int most = (columns + lanes<Arch> - 1) / lanes<Arch>;
    if (most >= wanted) return wanted;
    return most == 3 && rows > 2 ? 2 : most;
}
/// Rows of a tile: as many as the registers hold, and so that `rows` divides into tiles that differ by at most one.
template <class Arch>
constexpr int tile_rows_for(int rows, int vectors) {
    const int most = accumulators<Arch> / vectors > 8 ? 8 : accumulators<Arch> / vectors;
    const int tiles = (rows + most - 1) / most;
    return (rows + tiles - 1) / tiles;
}

/// How `Count` rows one after another are cut into tiles: `larger` ones of `rows` rows, then `smaller` ones of one
/// less.
template <class Arch, int Count, int Vectors>
struct row_tiles {
    static constexpr int rows = tile_rows_for<Arch>(Count, Vectors* sums_of_vector<Arch>());
    static constexpr int tiles = (Count + rows - 1) / rows;
    static constexpr int smaller = tiles * rows - Count, larger = tiles - smaller;
};

/// A tile of block `b`; only the last block may have fewer vectors than the others.
template <class Arch, class Multiply, class Policy, int Rows, weight_layout Layout, class Out>
QUANTYPE_SIMD_INLINE void run_tile(tile_args<Multiply, Out>& t, int b) {
    constexpr int last = weight_blocks<Layout>::last_vectors;
    if constexpr (last != Layout.vectors)
        if (b == weight_blocks<Layout>::count - 1) return product_tile<Arch, Multiply, Policy, Out, Rows, last>(t);
    if constexpr (last == Layout.vectors || weight_blocks<Layout>::count > 1)
        product_tile<Arch, Multiply, Policy, Out, Rows, Layout.vectors>(t);
}

/// `Count` rows one after another, for block `b` of columns.
template <class Arch, class Multiply, class Policy, int Count, weight_layout Layout, class Out>
QUANTYPE_SIMD_INLINE void run_rows(tile_args<Multiply, Out> t, const typename Multiply::element* const* segments,
                                   int b) {
    using cut = row_tiles<Arch, Count, Layout.vectors>;
    constexpr int rows = cut::rows, larger = cut::larger, smaller = cut::smaller;
    t.segments = segments;
    t.first_row = 0;
    constexpr bool at_once = tiles_at_once<Arch, Multiply, Policy>;
    t.tiles = larger;
    for (int i = 0; i < (at_once ? 1 : larger); ++i, t.first_row += rows)
        run_tile<Arch, Multiply, Policy, rows, Layout>(t, b);
    t.tiles = smaller;
    if (at_once) t.first_row = larger * rows;
    if constexpr (smaller > 0)
        for (int i = 0; i < (at_once ? 1 : smaller); ++i, t.first_row += rows - 1)
            run_tile<Arch, Multiply, Policy, rows - 1, Layout>(t, b);
}

}  // namespace kernel::simd::detail

QUANTYPE_END_NAMESPACE
#endif
