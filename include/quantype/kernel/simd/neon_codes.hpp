// SPDX-License-Identifier: BSL-1.0
// How AArch64's multiplications take codes: as bytes of one sign, rows by turns, or rows of a tile together.
#pragma once
#include <type_traits>

#include <quantype/kernel/simd/batch.hpp>

#if QUANTYPE_HAS_XSIMD && defined(__aarch64__)
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd::detail {

/// Codes as bytes of Element's sign; 128 is added or taken away where theirs is the other one.
template <class Element>
struct neon_codes {
    using element = Element;

    template <class In>
    static constexpr std::uint8_t flip = (lowest_code<In> < 0) != std::is_signed_v<Element> ? 128 : 0;
    template <class In>
    static QUANTYPE_SIMD_INLINE uint8x16_t sixteen(const In* from) {
        const uint8x16_t x = vld1q_u8(reinterpret_cast<const std::uint8_t*>(from));
        return flip<In> != 0 ? veorq_u8(x, vdupq_n_u8(flip<In>)) : x;
    }
    template <class In>
    static QUANTYPE_SIMD_INLINE element one(In from) {
        return static_cast<element>(static_cast<std::uint8_t>(from) ^ flip<In>);
    }
    template <int Shift, class In>
    static QUANTYPE_SIMD_INLINE void copy(const In* from, int count, element* to) {
        static_assert((Shift != 0) == (flip<In> != 0));
        int i = 0;
        for (; i + 16 <= count; i += 16) vst1q_u8(reinterpret_cast<std::uint8_t*>(to + i), sixteen(from + i));
        for (; i < count; ++i) to[i] = one(from[i]);
    }
    /// Codes of four rows by turns: `count` of each.
    template <class In>
    static QUANTYPE_SIMD_INLINE void interleave(const In* const (&rows)[4], int count, element* to) {
        int i = 0;
        for (; i + 16 <= count; i += 16, to += 64) {
            const uint8x16x4_t all = {
                {sixteen(rows[0] + i), sixteen(rows[1] + i), sixteen(rows[2] + i), sixteen(rows[3] + i)}};
            vst4q_u8(reinterpret_cast<std::uint8_t*>(to), all);
        }
        for (; i < count; ++i)
            for (int r = 0; r < 4; ++r) *to++ = one(rows[r][i]);
    }
};

/// Rows that are staged for one tile alone: [piece][row][depth in the piece], so that one pointer runs over all of
/// them. The depth is filled up to a multiple of sixteen. `Piece` is 8 or 16. FlipUpper: the upper half of sixteen
/// codes is staged as -1 - x.
template <class Codes, int Piece, bool FlipUpper>
struct neon_pieces {
    using element = typename Codes::element;

    /// `Rows` rows of `Depth` codes.
    template <int Rows, int Depth, class In>
    static QUANTYPE_SIMD_INLINE void stage(const In* from, std::ptrdiff_t row, element* to) {
        constexpr int together = Piece == 8 ? 2 : 1, one = together * Piece;
        auto* at = reinterpret_cast<std::uint8_t*>(to);
        for (int r = 0; r + together <= Rows; r += together, from += together * row, at += one)
            stage_rows<Rows, together, Depth>(from, row, at);
        if constexpr (Rows % together != 0) stage_rows<Rows, 1, Depth>(from, row, at);
    }

private:
    /// One row, or two.
    template <int Rows, int Count, int Depth, class In>
    static QUANTYPE_SIMD_INLINE void stage_rows(const In* from, std::ptrdiff_t row, std::uint8_t* to) {
        constexpr int rest = Depth % 16;
        const auto sixteens = [&]<int N>(std::integral_constant<int, N>) __attribute__((always_inline)) {
            several<several<uint8x16_t, N + 1>, Count> codes;
            unroll<Count * N>([&](auto i) __attribute__((always_inline)) {
                codes[i() / N][i() % N] = Codes::sixteen(from + i() / N * row + 16 * (i() % N));
            });
            unroll<N>([&](auto i) __attribute__((always_inline)) {
                put<Rows, Count>(codes[0][i()], codes[Count - 1][i()], to + i() * 16 * Rows);
            });
        };
        for (const In* end = from + Depth / 64 * 64; from != end; from += 64, to += 64 * Rows)
            sixteens(std::integral_constant<int, 4>{});
        sixteens(std::integral_constant<int, Depth % 64 / 16>{});
        from += Depth % 64 / 16 * 16;
        to += Depth % 64 / 16 * 16 * Rows;
        if constexpr (rest > 0) {
            In room[2][16] = {};
            for (int r = 0; r < Count; ++r) __builtin_memcpy(room[r], from + r * row, rest);
            put<Rows, Count>(Codes::sixteen(room[0]), Codes::sixteen(room[Count - 1]), to);
        }
    }
    template <int Rows, int Count>
    static QUANTYPE_SIMD_INLINE void put(uint8x16_t x, uint8x16_t next, std::uint8_t* to) {
        if constexpr (Piece == 16) {
            vst1q_u8(to, FlipUpper ? veorq_u8(x, vcombine_u8(vdup_n_u8(0), vdup_n_u8(255))) : x);
        } else if constexpr (Count == 2) {
            const uint64x2_t a = vreinterpretq_u64_u8(x), b = vreinterpretq_u64_u8(next);
            vst1q_u8(to, vreinterpretq_u8_u64(vzip1q_u64(a, b)));
            vst1q_u8(to + 8 * Rows, vreinterpretq_u8_u64(vzip2q_u64(a, b)));
        } else {
            vst1_u8(to, vget_low_u8(x));
            vst1_u8(to + 8 * Rows, vget_high_u8(x));
        }
    }
};

}  // namespace kernel::simd::detail

QUANTYPE_END_NAMESPACE
#endif
