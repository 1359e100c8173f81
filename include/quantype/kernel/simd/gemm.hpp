// SPDX-License-Identifier: BSL-1.0
// The matrix product behind linear, convolution and matmul. Tiles of four rows times one or two blocks of output
// channels over packed weights; fewer rows than that are dotted along the depth, without packing.
#pragma once
#include <utility>

#include <quantype/kernel/simd/epilogue.hpp>
#include <quantype/kernel/simd/pack.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd::detail {

inline constexpr int tile_rows = 4;

/// Zero points of the product's operands as the caller has them.
struct zero_points {
    std::int32_t input = 0;
    std::int32_t weight = 0;
};

/// What sum (x - zx) * (w - zw) adds to the plain sum x * w of shifted codes; wraps like the accumulators. Zero points
/// are of the shifted codes.
template <class Arch>
struct correction {
    std::uint32_t input_zero;
    std::uint32_t weight_zero;
    std::uint32_t both;  ///< depth * zx * zw

    QUANTYPE_SIMD_INLINE correction(const zero_points& z, int input, int weight, int depth)
        : input_zero(static_cast<std::uint32_t>(z.input + input)),
          weight_zero(static_cast<std::uint32_t>(z.weight + weight)),
          both(static_cast<std::uint32_t>(depth) * input_zero * weight_zero) {}
    /// From the sums of the weights.
    QUANTYPE_SIMD_INLINE ints<Arch> of_columns(const std::uint32_t* sums) const {
        using words = xsimd::batch<std::uint32_t, Arch>;
        return bits<std::int32_t>(words(both) - words(input_zero) * words::load_aligned(sums));
    }
    /// From the sum of one row.
    template <class In>
    QUANTYPE_SIMD_INLINE ints<Arch> of_row(const std::uint8_t* x, int depth) const {
        std::uint32_t sum = 0;
        for (int k = 0; k < depth; ++k) sum += x[k] ^ (input_shift<In> != 0 ? 0x80U : 0U);
        return ints<Arch>(static_cast<std::int32_t>(0U - weight_zero * sum));
    }
};

/// acc[r][b] += row r times block b, `groups` groups of four.
template <class Arch, class In, int Blocks>
QUANTYPE_SIMD_INLINE void tile(const std::uint8_t* const (&x)[tile_rows], const std::uint8_t* w, int groups,
                               several<ints<Arch>, Blocks> (&acc)[tile_rows]) {
    constexpr std::uint32_t flip = input_shift<In> != 0 ? 0x80808080U : 0U;
    for (int g = 0; g < groups; ++g) {
        several<bytes<Arch>, Blocks> block;
        for (int b = 0; b < Blocks; ++b) block[b] = bytes<Arch>::load_aligned(w + (g * Blocks + b) * width<Arch>);
        for (int r = 0; r < tile_rows; ++r) {
            std::uint32_t four = 0;
            __builtin_memcpy(&four, x[r] + 4 * g, 4);
            const bytes<Arch> all = bits<std::uint8_t>(xsimd::batch<std::uint32_t, Arch>(four ^ flip));
            for (int b = 0; b < Blocks; ++b) acc[r][b] = dot4<Arch>(acc[r][b], all, block[b]);
        }
    }
}

template <class Arch, class Epilogue, int... B>
QUANTYPE_SIMD_INLINE void tiles_of(const Epilogue& epilogue, std::integer_sequence<int, B...>, int n, int count,
                                   const auto& visit) {
    constexpr int last = lanes<Arch>;
    const typename Epilogue::block blocks[] = {
        epilogue.make(count > B * last ? n + B * last : n, count > B * last ? count - B * last : count)...};
    visit(blocks);
}

/// row_at(m, room): row m, groups() * 4 readable bytes, built in `room` where it does not stand in memory.
template <class Arch, gemm_shape Shape, class In, class Weight, class RowAt, class Epilogue>
QUANTYPE_SIMD_INLINE void gemm_tiles(const weight_view<Weight>& w, const zero_points& z, const RowAt& row_at,
                                     const Epilogue& epilogue) {
    constexpr int blocks = blocks_of<Arch>(Shape), columns = blocks * lanes<Arch>, groups = Shape.groups();
    constexpr int rows = Shape.rows, depth = Shape.depth, all_columns = Shape.columns;
    alignas(most_alignment) several<std::uint8_t, groups * 4 * columns> packed;
    alignas(most_alignment) several<std::uint32_t, columns> sums;
    alignas(most_alignment) several<std::uint8_t, groups * 4> room[tile_rows];
    const correction<Arch> fix({z.input, Shape.weight_zero_point ? z.weight : 0}, input_shift<In>, weight_shift<Weight>,
                               depth);
    for (int n = 0; n < all_columns; n += columns) {
        const int count = all_columns - n < columns ? all_columns - n : columns;
        pack<Arch, blocks>(w, n, count, depth, packed, sums);
        tiles_of<Arch>(epilogue, std::make_integer_sequence<int, blocks>{}, n, count, [&](const auto& parameters) {
            several<ints<Arch>, blocks> start;
            for (int b = 0; b < blocks; ++b)
                start[b] = epilogue.start(parameters[b]) + fix.of_columns(sums + b * lanes<Arch>);
            for (int m = 0; m < rows; m += tile_rows) {
                const std::uint8_t* x[tile_rows];
                several<ints<Arch>, blocks> acc[tile_rows];
                for (int r = 0; r < tile_rows; ++r) {
                    x[r] = row_at(m + r < rows ? m + r : rows - 1, room[r]);
                    for (int b = 0; b < blocks; ++b) acc[r][b] = start[b];
                }
                tile<Arch, In, blocks>(x, packed, groups, acc);
                for (int r = 0; r < tile_rows && m + r < rows; ++r) {
                    if constexpr (Shape.weight_zero_point || weight_shift<Weight> != 0) {
                        const ints<Arch> of_row = fix.template of_row<In>(x[r], depth);
                        for (int b = 0; b < blocks; ++b) acc[r][b] += of_row;
                    }
                    epilogue.template finish<blocks>(parameters, acc[r], m + r, n, count);
                }
            }
        });
    }
}

/// Sum of a batch's 32-bit lanes, wrapping.
template <class Arch>
QUANTYPE_SIMD_INLINE std::uint32_t sum_of(const ints<Arch>& x) {
    alignas(most_alignment) std::uint32_t room[lanes<Arch>];
    bits<std::uint32_t>(x).store_aligned(room);
    std::uint32_t sum = 0;
    for (int i = 0; i < lanes<Arch>; ++i) sum += room[i];
    return sum;
}

/// One row times column n by dot products along the depth, which must be consecutive (w.step 1).
template <class Arch, class In, class Weight>
QUANTYPE_SIMD_INLINE std::uint32_t dot_column(const std::uint8_t* x, const Weight* w, int depth,
                                              const correction<Arch>& fix) {
    const bytes<Arch> flip(static_cast<std::uint8_t>(input_shift<In>)), one(std::uint8_t{1});
    ints<Arch> sum(0), weights(0);
    for (int k = 0; k < depth; k += width<Arch>) {
        const bytes<Arch> b = load<Arch>(w + k, depth - k);
        sum = dot4<Arch>(sum, load<Arch>(x + k, depth - k) ^ flip, b);
        weights = dot4<Arch>(weights, one, b);
    }
    return sum_of<Arch>(sum) - fix.input_zero * sum_of<Arch>(weights) + fix.both;
}

template <class Arch, gemm_shape Shape, class In, class Weight, class RowAt, class Epilogue>
QUANTYPE_SIMD_INLINE void gemm_thin(const weight_view<Weight>& w, const zero_points& z, const RowAt& row_at,
                                    const Epilogue& epilogue) {
    constexpr int rows = Shape.rows, depth = Shape.depth, columns = Shape.columns;
    alignas(most_alignment) several<std::uint8_t, Shape.groups() * 4> room;
    alignas(most_alignment) std::uint32_t results[lanes<Arch>] = {};
    const correction<Arch> fix({z.input, Shape.weight_zero_point ? z.weight : 0}, input_shift<In>, 0, depth);
    for (int m = 0; m < rows; ++m) {
        const std::uint8_t* x = row_at(m, room);
        ints<Arch> of_row(0);
        if constexpr (Shape.weight_zero_point) of_row = fix.template of_row<In>(x, depth);
        for (int n = 0; n < columns; n += lanes<Arch>) {
            const int count = columns - n < lanes<Arch> ? columns - n : lanes<Arch>;
            for (int i = 0; i < count; ++i)
                results[i] = dot_column<Arch, In>(x, w.data + (n + i) * w.column, depth, fix);
            const typename Epilogue::block parameters[1] = {epilogue.make(n, count)};
            const ints<Arch> acc[1] = {epilogue.start(parameters[0]) + of_row +
                                       bits<std::int32_t>(xsimd::batch<std::uint32_t, Arch>::load_aligned(results))};
            epilogue.template finish<1>(parameters, acc, m, n, count);
        }
    }
}

/// Every accumulator is epilogue.start + sum over k of (x - z.input) * (w - z.weight), in wrapping int32.
template <class Arch, gemm_shape Shape, class In, class Weight, class RowAt, class Epilogue>
QUANTYPE_SIMD_INLINE void gemm(const weight_view<Weight>& w, const zero_points& z, const RowAt& row_at,
                               const Epilogue& epilogue) {
    constexpr bool thin = Shape.rows < tile_rows || Shape.depth * lanes<Arch> > 262144;
    if constexpr (thin && Shape.weights_consecutive && weight_shift<Weight> == 0) {
        gemm_thin<Arch, Shape, In>(w, z, row_at, epilogue);
    } else {
        gemm_tiles<Arch, Shape, In>(w, z, row_at, epilogue);
    }
}

}  // namespace kernel::simd::detail

QUANTYPE_END_NAMESPACE
#endif
