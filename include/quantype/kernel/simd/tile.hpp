// SPDX-License-Identifier: BSL-1.0
// The tile behind every product with packed weights: some rows of activations times some vectors of output channels,
// from packed weights to codes. Compiled once for its shape, policy and arch, and shared by all layers that use it.
#pragma once
#include <quantype/kernel/contract/packed.hpp>
#include <quantype/kernel/simd/multiply.hpp>
#include <quantype/kernel/simd/multiply_neon.hpp>
#include <quantype/kernel/simd/narrow.hpp>
#include <quantype/kernel/simd/product_channels.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd::detail {

/// One tile. Row r of segment s starts at segments[s] + (first_row + r) * row, its codes at output + the same number of
/// output rows. Multiplications that read rows together (see rows_together) have all rows of a tile at that of row 0.
template <class Multiply, class Out>
struct tile_args {
    const typename Multiply::element* const* segments;
    std::ptrdiff_t row;
    std::ptrdiff_t first_row;
    int tiles;
    int segment_count;
    int groups;  ///< of a segment, as Multiply reads it
    const std::int8_t* weights;
    const std::uint32_t* channels;  ///< of the tile's first column; see pack_channels
    std::ptrdiff_t channel_stride;
    Out* output;
    std::ptrdiff_t output_row;
    int columns;  ///< that exist; fewer than the tile has only at the last block
    std::int32_t zero_point;
    std::int32_t lo;
    std::int32_t hi;
};

/// Accumulators, [row][vector].
template <class Arch, int Rows, int Vectors>
using tile_sums = several<several<ints<Arch>, Vectors>, Rows>;

template <class Arch, class Multiply, int Rows, int Vectors, class Out>
QUANTYPE_SIMD_INLINE void multiply_tile(const tile_args<Multiply, Out>& t, tile_sums<Arch, Rows, Vectors>& acc) {
    const std::int8_t* w = t.weights;
    for (int s = 0; s < t.segment_count; ++s) {
        const typename Multiply::element* x = t.segments[s] + t.first_row * t.row;
        for (int g = 0; g < t.groups; ++g) {
            several<typename Multiply::vector, Vectors> block;
            unroll<Vectors>([&](auto v) __attribute__((always_inline)) {
                block[v()] = Multiply::weights(w + v() * lanes<Arch> * Multiply::group);
            });
            unroll<Rows>([&](auto r) __attribute__((always_inline)) {
                const typename Multiply::vector all = Multiply::row(x + r() * t.row);
                unroll<Vectors>([&](auto v) __attribute__((always_inline)) {
                    acc[r()][v()] = Multiply::add(acc[r()][v()], all, block[v()]);
                });
            });
            x += Multiply::group;
            w += Vectors * lanes<Arch> * Multiply::group;
        }
    }
}

/// The codes of vectors First .. First + Vectors - 1 of a tile to their rows. Four vectors make a batch of bytes: four
/// rows, two, or a part of one.
template <class Arch, bool Offset, int Rows, int All, int First, int Vectors, class Multiply, class Out>
QUANTYPE_SIMD_INLINE void store_vectors(const tile_sums<Arch, Rows, All>& codes, const tile_args<Multiply, Out>& t) {
    constexpr int whole = Vectors * lanes<Arch>, rows = Vectors > 2 ? 1 : 4 / Vectors;
    constexpr int parts = (Rows + rows - 1) / rows, third = Vectors == 3 ? 2 : 3;
    const byte_target<Arch, Out> to(t.zero_point, t.lo, t.hi);
    several<bytes<Arch>, parts> all;
    unroll<parts>([&](auto i) __attribute__((always_inline)) {
        const auto at = [&](int n) __attribute__((always_inline)) -> const ints<Arch>& {
            const int row = i() * rows + n / Vectors, last = Rows - 1;
            return codes[row < last ? row : last][First + n % Vectors];
        };
        if constexpr (Offset)
            all[i()] = to.narrow(at(0), at(1), at(2), at(third));
        else
            all[i()] = narrow<Out, Arch>(at(0), at(1), at(2), at(third));
    });
    const int columns = t.columns - First * lanes<Arch>;
    Out* const first = t.output + t.first_row * t.output_row + First * lanes<Arch>;
    if (columns >= whole)
        unroll<Rows>([&](auto r) __attribute__((always_inline)) {
            store_part<Arch, whole, r() % rows>(first + r() * t.output_row, all[r() / rows]);
        });
    else
        unroll<Rows>([&](auto r) __attribute__((always_inline)) {
            store_some<Arch, whole, r() % rows>(first + r() * t.output_row, all[r() / rows], columns);
        });
}

template <class Arch, bool Offset, int Rows, int Vectors, int First = 0, class Multiply, class Out>
QUANTYPE_SIMD_INLINE void store_tile(const tile_sums<Arch, Rows, Vectors>& codes, const tile_args<Multiply, Out>& t) {
    constexpr int left = Vectors - First, now = left < 4 ? left : 4;
    store_vectors<Arch, Offset, Rows, Vectors, First, now>(codes, t);
    if constexpr (left > now) {
        if (t.columns > (First + now) * lanes<Arch>) store_tile<Arch, Offset, Rows, Vectors, First + now>(codes, t);
    }
}

/// Every row starts with the channels' first words.
template <class Arch, int Rows, int Vectors>
QUANTYPE_SIMD_INLINE void start_tile(const std::uint32_t* channels, tile_sums<Arch, Rows, Vectors>& acc) {
    unroll<Vectors>([&](auto v) __attribute__((always_inline)) {
        const auto start =
            ints<Arch>::load_aligned(reinterpret_cast<const std::int32_t*>(channels) + v() * lanes<Arch>);
        unroll<Rows>([&](auto r) __attribute__((always_inline)) { acc[r()][v()] = start; });
    });
}

/// Sums to codes in memory.
template <class Arch, class Policy, int Rows, int Vectors, class Multiply, class Out>
QUANTYPE_SIMD_INLINE void finish_tile(tile_sums<Arch, Rows, Vectors>& acc, const tile_args<Multiply, Out>& tile) {
    const tile_args<Multiply, Out> t = tile;  // codes may alias anything: what is read after a store must not be memory
    const target<Arch> to(t.zero_point, t.lo, t.hi);
    unroll<Vectors>([&](auto v) __attribute__((always_inline)) {
        const std::uint32_t* words = t.channels + t.channel_stride + v() * lanes<Arch>;
        const product_channel<Arch, Policy> channel(channel_words_at{words, t.channel_stride});
        unroll<Rows>([&](auto r) __attribute__((always_inline)) { acc[r()][v()] = channel.round(acc[r()][v()], to); });
    });
    store_tile<Arch, product_channel<Arch, Policy>::offset_later, Rows, Vectors>(acc, t);
}

/// True for a multiplication that sums up whole tiles by itself.
template <class Multiply>
inline constexpr bool has_own_tiles = requires { Multiply::sums_of_vector; };

/// True where one call does all tiles that lie one below the other. Not with policies that need many constants, which
/// compilers keep in registers from tile to tile: all are the sums'.
template <class Arch, class Multiply, class Policy>
inline constexpr bool tiles_at_once = has_own_tiles<Multiply> && product_channel<Arch, Policy>::offset_later;

/// From packed weights to codes: one tile, or `t.tiles` of them. Not inlined: what a layer costs in code is its loop
/// over tiles.
template <class Arch, class Multiply, class Policy, class Out, int Rows, int Vectors>
__attribute__((noinline)) void product_tile(tile_args<Multiply, Out>& t) {
    tile_sums<Arch, Rows, Vectors> acc;
    if constexpr (tiles_at_once<Arch, Multiply, Policy>) {
        const std::ptrdiff_t end = t.first_row + std::ptrdiff_t{t.tiles} * Rows;
        do {  // what a tile needs comes from memory every time: all registers are its sums'
            Multiply::template tile<Rows, Vectors>(t, acc);
            finish_tile<Arch, Policy, Rows, Vectors>(acc, t);
            t.first_row += Rows;
        } while (t.first_row != end);
    } else if constexpr (has_own_tiles<Multiply>) {
        Multiply::template tile<Rows, Vectors>(t, acc);
        finish_tile<Arch, Policy, Rows, Vectors>(acc, t);
    } else {
        start_tile<Arch, Rows, Vectors>(t.channels, acc);
        multiply_tile<Arch, Multiply, Rows, Vectors>(t, acc);
        finish_tile<Arch, Policy, Rows, Vectors>(acc, t);
    }
}

}  // namespace kernel::simd::detail

QUANTYPE_END_NAMESPACE
#endif
