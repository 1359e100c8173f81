// SPDX-License-Identifier: BSL-1.0
// The multiplications of AArch64. An accumulator is not always a row of a vector of columns here, so each level has
// whole tiles of its own: how a group of depths is summed up, and how the sums become rows in the end.
#pragma once
#include <quantype/kernel/simd/multiply.hpp>
#include <quantype/kernel/simd/neon_codes.hpp>

#if QUANTYPE_HAS_XSIMD && defined(__aarch64__)
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd::detail {

/// An empty statement that sums and loads pass in the order in which they are written: with less freedom the compiler
/// needs no more registers than there are.
QUANTYPE_SIMD_INLINE int32x4_t kept(int32x4_t sum) {
    __asm__ volatile("" : "+w"(sum) : : "memory");
    return sum;
}
QUANTYPE_SIMD_INLINE const std::int32_t* as_ints(const std::uint32_t* p) {
    return reinterpret_cast<const std::int32_t*>(p);
}

template <class Arch>
QUANTYPE_SIMD_INLINE void set(ints<Arch>& to, int32x4_t sum) {
    to = ints<Arch>(sum);
}

/// NEON alone: an accumulator has four partial sums of one row and one column, over groups of sixteen depths. The upper
/// half of a group is read as -1 - x, and its products are subtracted: x0 * w0 - x1 * w1 holds at most 128 * 128 +
/// 128 * 127 and always fits 16 bits; x0 * w0 + x1 * w1 does not when all four are -128. So the upper weights are
/// added once too often, which the start of the sums takes away (product_form::upper_shift).
template <int Rows, int Vectors, bool Together>
struct pair_sums {
    static constexpr bool starts_with_group = true;
    static constexpr int group = 16, of_piece = 1, steps = 2, columns = 4 * Vectors;
    several<several<int32x4_t, columns>, Rows> acc;

    static QUANTYPE_SIMD_INLINE int8x16_t row_of(const std::int8_t* x) {
        const int8x16_t all = vld1q_s8(x);
        if constexpr (Together) return all;
        return veorq_s8(all, vcombine_s8(vdup_n_s8(0), vdup_n_s8(-1)));
    }
    static QUANTYPE_SIMD_INLINE int16x8_t pairs(int8x16_t x, int8x16_t w) {
        return vmlsl_high_s8(vmull_s8(vget_low_s8(x), vget_low_s8(w)), x, w);
    }
    template <bool First>
    static QUANTYPE_SIMD_INLINE void add(int32x4_t& sum, int8x16_t x, int8x16_t w) {
        sum = kept(First ? vpaddlq_s16(pairs(x, w)) : vpadalq_s16(sum, pairs(x, w)));
    }
    /// One group of depths. The first one finds no sums.
    template <bool First = false>
    QUANTYPE_SIMD_INLINE void last(const std::int8_t* x, std::ptrdiff_t row, const std::int8_t* w) {
        several<int8x16_t, Rows> all;
        unroll<Rows>([&](auto r) __attribute__((always_inline)) { all[r()] = row_of(x + r() * row); });
        unroll<columns / 2>([&](auto i) __attribute__((always_inline)) {
            constexpr int c = 2 * i();
            const int8x16_t w0 = vld1q_s8(w + 16 * c), w1 = vld1q_s8(w + 16 * c + 16);
            unroll<Rows>([&](auto r) __attribute__((always_inline)) {
                add<First>(acc[r()][c], all[r()], w0);
                add<First>(acc[r()][c + 1], all[r()], w1);
#if defined(__clang__)  // it would start more products than there are registers for
                __asm__ volatile("" : "+w"(all[(r() + 1) % Rows]));
#endif
            });
        });
    }
    QUANTYPE_SIMD_INLINE void step(const std::int8_t* x, std::ptrdiff_t row, const std::int8_t* w) {
        unroll<steps>([&](auto i) __attribute__((always_inline)) {
            last(x + i() * (Together ? 16 * Rows : 16), row, w + i() * 16 * columns);
        });
    }
    template <class Out>
    QUANTYPE_SIMD_INLINE void take(Out& out, const std::uint32_t* channels) const {
        unroll<Vectors>([&](auto v) __attribute__((always_inline)) {
            const int32x4_t start = vld1q_s32(as_ints(channels) + 4 * v());
            unroll<Rows>([&](auto r) __attribute__((always_inline)) {
                const int32x4_t* four = acc[r()] + 4 * v();
                const int32x4_t sum = vpaddq_s32(vpaddq_s32(four[0], four[1]), vpaddq_s32(four[2], four[3]));
                set(out[r()][v()], vaddq_s32(start, sum));
            });
        });
    }
};

/// Eight depths of two rows in each register.
template <int Rows, bool Together>
struct row_pairs {
    static constexpr int count = (Rows + 1) / 2, piece = Together ? 8 * Rows : 8;

    /// Rows 2 * P and 2 * P + 1. The last row of an odd number stands for both.
    template <int P>
    static QUANTYPE_SIMD_INLINE uint8x16_t pair(const std::uint8_t* x, std::ptrdiff_t row) {
        constexpr int first = 2 * P, second = first + 1 < Rows ? first + 1 : first;
        if constexpr (Together && second != first) return vld1q_u8(x + first * row);
        return vcombine_u8(vld1_u8(x + first * row), vld1_u8(x + second * row));
    }
    /// use(pairs, w) for a piece of eight depths.
    template <class Use>
    static QUANTYPE_SIMD_INLINE void one(const std::uint8_t* x, std::ptrdiff_t row, const std::int8_t* w,
                                         const Use& use) {
        several<uint8x16_t, count> all;
        unroll<count>([&](auto p) __attribute__((always_inline)) { all[p()] = pair<p()>(x, row); });
        use(all, w);
    }
    /// The same for two pieces, whose weights stand `next` apart. Pairs that stand together are loaded in twos, also
    /// where a two lies in both pieces.
    template <class Use>
    static QUANTYPE_SIMD_INLINE void two(const std::uint8_t* x, std::ptrdiff_t row, const std::int8_t* w, int next,
                                         const Use& use) {
        if constexpr (Together && Rows % 2 == 0) {
            constexpr int early = (count + 1) / 2 * 2, late = 2 * count - early;
            several<uint8x16_t, 2 * count> all;
            unroll<early>([&](auto p) __attribute__((always_inline)) { all[p()] = vld1q_u8(x + 16 * p()); });
            use(all, w);
            unroll<late>([&](auto p)
                             __attribute__((always_inline)) { all[early + p()] = vld1q_u8(x + 16 * (early + p())); });
            use(all + count, w + next);
        } else {
            one(x, row, w, use);
            one(x + piece, row, w + next, use);
        }
    }
};

#if defined(__ARM_FEATURE_DOTPROD)
/// sdot: rows times vectors of columns; each product takes four depths of a row from a register of pairs.
template <int Rows, int Vectors, bool Together>
struct dot_sums {
    using pairs = row_pairs<Rows, Together>;
    static constexpr bool starts_with_group = false;
    static constexpr int group = 4, of_piece = 2, steps = 4, piece_weights = 32 * Vectors;
    several<several<int32x4_t, Vectors>, Rows> acc;

    QUANTYPE_SIMD_INLINE void start(const std::uint32_t* channels) {
        unroll<Vectors>([&](auto v) __attribute__((always_inline)) {
            const int32x4_t start = vld1q_s32(as_ints(channels) + 4 * v());
            unroll<Rows>([&](auto r) __attribute__((always_inline)) { acc[r()][v()] = start; });
        });
    }
    static QUANTYPE_SIMD_INLINE const std::uint8_t* as_bytes(const std::int8_t* x) {
        return reinterpret_cast<const std::uint8_t*>(x);
    }
    template <int Group>
    QUANTYPE_SIMD_INLINE void add(const uint8x16_t* all, const std::int8_t* w) {
        unroll<(Vectors + 1) / 2>([&](auto i) __attribute__((always_inline)) {
            constexpr int v = 2 * i(), last = v + 1 < Vectors ? v + 1 : v;
            const int8x16_t w0 = vld1q_s8(w + 16 * v), w1 = vld1q_s8(w + 16 * last);
            unroll<Rows>([&](auto r) __attribute__((always_inline)) {
                constexpr int lane = r() % 2 * 2 + Group;
                const int8x16_t x = vreinterpretq_s8_u8(all[r() / 2]);
                acc[r()][v] = kept(vdotq_laneq_s32(acc[r()][v], w0, x, lane));
                if constexpr (last != v) acc[r()][last] = kept(vdotq_laneq_s32(acc[r()][last], w1, x, lane));
            });
        });
    }
    QUANTYPE_SIMD_INLINE void last(const std::int8_t* x, std::ptrdiff_t row, const std::int8_t* w) {
        pairs::one(as_bytes(x), row, w,
                   [&](const uint8x16_t* all, const std::int8_t* at) __attribute__((always_inline)) {
                       add<0>(all, at);
                       add<1>(all, at + 16 * Vectors);
                   });
    }
    QUANTYPE_SIMD_INLINE void step(const std::int8_t* x, std::ptrdiff_t row, const std::int8_t* w) {
        pairs::two(as_bytes(x), row, w, piece_weights,
                   [&](const uint8x16_t* all, const std::int8_t* at) __attribute__((always_inline)) {
                       add<0>(all, at);
                       add<1>(all, at + 16 * Vectors);
                   });
    }
    /// Four depths, which end a segment.
    QUANTYPE_SIMD_INLINE void half(const std::int8_t* x, std::ptrdiff_t row, const std::int8_t* w) {
        several<int8x16_t, Vectors> columns;
        unroll<Vectors>([&](auto v) __attribute__((always_inline)) { columns[v()] = vld1q_s8(w + 16 * v()); });
        unroll<Rows>([&](auto r) __attribute__((always_inline)) {
            std::int32_t four = 0;
            __builtin_memcpy(&four, x + r() * row, 4);
            const int8x16_t one = vreinterpretq_s8_s32(vdupq_n_s32(four));
            unroll<Vectors>([&](auto v) __attribute__((always_inline)) {
                acc[r()][v()] = kept(vdotq_s32(acc[r()][v()], columns[v()], one));
            });
        });
    }
    template <class Out>
    QUANTYPE_SIMD_INLINE void take(Out& out, const std::uint32_t*) const {
        unroll<Rows * Vectors>([&](auto i) __attribute__((always_inline)) {
            set(out[i() / Vectors][i() % Vectors], acc[i() / Vectors][i() % Vectors]);
        });
    }
};
#endif

#if defined(__ARM_FEATURE_MATMUL_INT8)
/// usmmla: an accumulator is two rows times two columns.
template <int Rows, int Vectors, bool Together>
struct block_sums {
    static constexpr bool starts_with_group = false;
    using rows = row_pairs<Rows, Together>;
    static constexpr int group = 8, of_piece = 1, steps = 8, pairs = rows::count, columns = 2 * Vectors;
    several<several<int32x4_t, columns>, pairs> acc;

    QUANTYPE_SIMD_INLINE void start(const std::uint32_t* channels) {
        unroll<Vectors>([&](auto v) __attribute__((always_inline)) {
            const int64x2_t four = vreinterpretq_s64_s32(vld1q_s32(as_ints(channels) + 4 * v()));
            unroll<pairs>([&](auto p) __attribute__((always_inline)) {
                acc[p()][2 * v()] = vreinterpretq_s32_s64(vdupq_laneq_s64(four, 0));
                acc[p()][2 * v() + 1] = vreinterpretq_s32_s64(vdupq_laneq_s64(four, 1));
            });
        });
    }
    QUANTYPE_SIMD_INLINE void add(const uint8x16_t* all, const std::int8_t* w) {
        unroll<Vectors>([&](auto v) __attribute__((always_inline)) {
            const int8x16_t w0 = vld1q_s8(w + 32 * v()), w1 = vld1q_s8(w + 32 * v() + 16);
            unroll<pairs>([&](auto p) __attribute__((always_inline)) {
                int32x4_t* sums = acc[p()] + 2 * v();
                sums[0] = kept(vusmmlaq_s32(sums[0], all[p()], w0));
                sums[1] = kept(vusmmlaq_s32(sums[1], all[p()], w1));
            });
        });
    }
    QUANTYPE_SIMD_INLINE void last(const std::uint8_t* x, std::ptrdiff_t row, const std::int8_t* w) {
        rows::one(x, row, w,
                  [&](const uint8x16_t* all, const std::int8_t* at) __attribute__((always_inline)) { add(all, at); });
    }
    QUANTYPE_SIMD_INLINE void step(const std::uint8_t* x, std::ptrdiff_t row, const std::int8_t* w) {
        unroll<steps / 2>([&](auto i) __attribute__((always_inline)) {
            rows::two(x + 2 * i() * rows::piece, row, w + i() * 32 * columns, 16 * columns,
                      [&](const uint8x16_t* all, const std::int8_t* at)
                          __attribute__((always_inline)) { add(all, at); });
        });
    }
    template <class Out>
    QUANTYPE_SIMD_INLINE void take(Out& out, const std::uint32_t*) const {
        unroll<pairs * Vectors>([&](auto i) __attribute__((always_inline)) {
            constexpr int p = i() / Vectors, v = i() % Vectors;
            const int64x2_t a = vreinterpretq_s64_s32(acc[p][2 * v]), b = vreinterpretq_s64_s32(acc[p][2 * v + 1]);
            set(out[2 * p][v], vreinterpretq_s32_s64(vzip1q_s64(a, b)));
            if constexpr (2 * p + 1 < Rows) set(out[2 * p + 1][v], vreinterpretq_s32_s64(vzip2q_s64(a, b)));
        });
    }
};
#endif

/// The sums of a tile over all its segments.
template <class Sums, int Rows, int Vectors, int Piece, bool Together, class Args, class Out>
QUANTYPE_SIMD_INLINE void neon_tile(const Args& t, Out& out) {
    constexpr int group = Sums::group, steps = Sums::steps, weights = Vectors * 4 * group;
    Sums sums;
    const std::int8_t* w = t.weights;
    const std::ptrdiff_t row = Together ? Piece : t.row;
    constexpr int of_piece = Sums::of_piece, one = Piece * (Together ? Rows : 1), step = steps / of_piece * one;
    unsigned left = static_cast<unsigned>(t.groups);
    const auto* x = t.segments[0] + t.first_row * t.row;
    if constexpr (Sums::starts_with_group) {
        sums.template last<true>(x, row, w);
        x += one;
        w += weights;
        --left;
    } else {
        sums.start(t.channels);
    }
    for (int s = 1;; ++s) {
        const std::ptrdiff_t whole = left / steps, rest = left % steps / of_piece;
        for (const std::int8_t* end = w + whole * steps * weights; w != end; x += step, w += steps * weights)
            sums.step(x, row, w);
        for (const std::int8_t* end = w + rest * of_piece * weights; w != end; x += one, w += of_piece * weights)
            sums.last(x, row, w);
        if constexpr (of_piece == 2)
            if (left % 2 != 0) {
                sums.half(x, row, w);
                w += weights;
            }
        if (s == t.segment_count) break;
        x = t.segments[s] + t.first_row * t.row;
        left = static_cast<unsigned>(t.groups);
    }
    sums.take(out, t.channels);
}

/// Weights in groups of `Group` depths, and how many accumulators there are for one row of a vector of columns.
/// Together: rows are staged with `stage`, in pieces of `Piece` depths.
template <class Element, int Group, int Piece, int SumsOfVector, template <int, int, bool> class Sums, bool Together>
struct neon_multiply : neon_codes<Element>, neon_pieces<neon_codes<Element>, Piece, SumsOfVector == 4> {
    using typename neon_codes<Element>::element;
    using rows_together = neon_multiply<Element, Group, Piece, SumsOfVector, Sums, true>;
    static constexpr bool in_pairs = false;
    static constexpr int group = Group, sums_of_vector = SumsOfVector, upper_shift = SumsOfVector == 4 ? 1 : 0;

    template <int Rows, int Vectors, class Args, class Out>
    static QUANTYPE_SIMD_INLINE void tile(const Args& t, Out& out) {
        neon_tile<Sums<Rows, Vectors, Together>, Rows, Vectors, Piece, Together>(t, out);
    }
};

template <>
struct exact<xsimd::neon64> : neon_multiply<std::int8_t, 16, 16, 4, pair_sums, false> {};
#if defined(__ARM_FEATURE_DOTPROD)
template <>
struct exact<dotprod> : neon_multiply<std::int8_t, 4, 8, 1, dot_sums, false> {};
#endif
#if defined(__ARM_FEATURE_MATMUL_INT8)
template <>
struct exact<i8mm> : neon_multiply<std::uint8_t, 8, 8, 1, block_sums, false> {};
#endif

/// Depthwise convolutions: NEON multiplies 16-bit numbers of one row, the others bytes of four rows.
template <>
struct exact_lanes<xsimd::neon64> {
    using element = std::int16_t;
    using vector = int16x4_t;
    static constexpr int group = 1;

    static QUANTYPE_SIMD_INLINE vector weights(const std::int8_t* p) {
        std::uint32_t four = 0;
        __builtin_memcpy(&four, p, 4);
        return vget_low_s16(vmovl_s8(vcreate_s8(four)));
    }
    static QUANTYPE_SIMD_INLINE vector lanes_of(const element* x) { return vld1_s16(x); }
    static QUANTYPE_SIMD_INLINE int32x4_t add(int32x4_t acc, vector x, vector w) { return kept(vmlal_s16(acc, x, w)); }
    template <class In>
    static QUANTYPE_SIMD_INLINE void interleave(const In* const (&rows)[1], int count, element* to) {
        for (int i = 0; i < count; ++i) to[i] = rows[0][i];
    }
};
#if defined(__ARM_FEATURE_DOTPROD)
template <>
struct exact_lanes<dotprod> : neon_codes<std::int8_t> {
    using vector = int8x16_t;
    static constexpr int group = 4;

    static QUANTYPE_SIMD_INLINE vector weights(const std::int8_t* p) { return vld1q_s8(p); }
    static QUANTYPE_SIMD_INLINE vector lanes_of(const element* x) { return vld1q_s8(x); }
    static QUANTYPE_SIMD_INLINE int32x4_t add(int32x4_t acc, vector x, vector w) { return kept(vdotq_s32(acc, x, w)); }
};
#endif
#if defined(__ARM_FEATURE_MATMUL_INT8)
template <>
struct exact_lanes<i8mm> : neon_codes<std::uint8_t> {
    using vector = int8x16_t;
    static constexpr int group = 4;

    static QUANTYPE_SIMD_INLINE vector weights(const std::int8_t* p) { return vld1q_s8(p); }
    static QUANTYPE_SIMD_INLINE uint8x16_t lanes_of(const element* x) { return vld1q_u8(x); }
    static QUANTYPE_SIMD_INLINE int32x4_t add(int32x4_t acc, uint8x16_t x, vector w) {
        return kept(vusdotq_s32(acc, x, w));
    }
};
#endif

}  // namespace kernel::simd::detail

QUANTYPE_END_NAMESPACE
#endif
