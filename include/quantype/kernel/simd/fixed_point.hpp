// SPDX-License-Identifier: BSL-1.0
// numerics/fixed_point.hpp on batches: the 32 x 32 bit product from four 16-bit ones, and both Q31 roundings.
#pragma once
#include <quantype/kernel/simd/batch.hpp>
#include <quantype/numerics/requantize_q31.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd::detail {

/// A signed 64-bit number in each lane: its upper and its lower word.
template <class Arch>
struct wide {
    ints<Arch> high;
    ints<Arch> low;
};

/// a * b. With a = ah * 2^16 + al and the same for b, no partial product or sum below leaves 32 bits.
template <class Arch>
QUANTYPE_SIMD_INLINE wide<Arch> multiply_wide(const ints<Arch>& a, const ints<Arch>& b) {
    const ints<Arch> mask(0xffff);
    const ints<Arch> al = a & mask, ah = a >> 16;
    const ints<Arch> bl = b & mask, bh = b >> 16;
    const ints<Arch> ll = mul32<Arch>(al, bl), hl = mul32<Arch>(ah, bl), lh = mul32<Arch>(al, bh);
    const ints<Arch> middle = shift_logical<16, Arch>(ll) + (hl & mask) + (lh & mask);
    return {mul32<Arch>(ah, bh) + (hl >> 16) + (lh >> 16) + (middle >> 16), (ll & mask) | (middle << 16)};
}

/// rounding_doubling_high_mul, without its one saturating case a = b = -2^31. Both of its nudges are
/// floor((a * b + 2^30) / 2^31).
template <class Arch>
QUANTYPE_SIMD_INLINE ints<Arch> doubling_high_mul(const ints<Arch>& a, const ints<Arch>& b) {
    const wide<Arch> p = multiply_wide<Arch>(a, b);
    const ints<Arch> low =
        bits<std::int32_t>(bits<std::uint32_t>(p.low) + xsimd::batch<std::uint32_t, Arch>(std::uint32_t{1} << 30));
    const ints<Arch> carry = shift_logical<31, Arch>(p.low & (p.low ^ low));
    return ((p.high + carry) << 1) | shift_logical<31, Arch>(low);
}

/// shift_right_half_away with a count for each lane, 0..31.
template <class Arch>
QUANTYPE_SIMD_INLINE ints<Arch> shift_half_away(const ints<Arch>& x, const ints<Arch>& n) {
    const ints<Arch> one(1);
    const ints<Arch> mask = bits<std::int32_t>(bits<std::uint32_t>(one << n) - bits<std::uint32_t>(one));
    const ints<Arch> threshold = (mask >> 1) - (x >> 31);
    return (x >> n) - ((threshold - (x & mask)) >> 31);
}

/// Q31 multipliers of `lanes` channels.
template <class Arch>
struct q31 {
    ints<Arch> mantissa;
    ints<Arch> right;  ///< right shift where no lane needs a left one
    ints<Arch> shift;
    bool any_left = false;

    QUANTYPE_SIMD_INLINE q31(const ints<Arch>& m, const ints<Arch>& s)
        : mantissa(m), right(ints<Arch>(0) - s), shift(s) {
        alignas(most_alignment) std::int32_t room[lanes<Arch>];
        s.store_aligned(room);
        for (int i = 0; i < lanes<Arch>; ++i) any_left = any_left || room[i] > 0;
    }
};

/// x moved into int32.
template <class Arch>
QUANTYPE_SIMD_INLINE std::int32_t saturate(std::int64_t x) {
    if (x > 2147483647) return 2147483647;
    return x < -2147483647 - 1 ? -2147483647 - 1 : static_cast<std::int32_t>(x);
}

// Multipliers of 1 and above are rare; they go lane by lane in 64 bits.
template <bool Twice, class Arch>
QUANTYPE_SIMD_INLINE std::int32_t scale_lane(std::int32_t x, std::int32_t mantissa, int shift) {
    if constexpr (Twice) {
        const int left = shift > 0 ? shift : 0;
        const int right = shift > 0 ? 0 : -shift;
        const std::int64_t shifted = saturate<Arch>(std::int64_t{x} * (std::int64_t{1} << left));
        const auto high = static_cast<std::int32_t>((shifted * mantissa + (std::int64_t{1} << 30)) >> 31);
        const auto mask = static_cast<std::int32_t>((std::int64_t{1} << right) - 1);
        return (high >> right) + ((high & mask) > (mask >> 1) + (high < 0 ? 1 : 0) ? 1 : 0);
    } else {
        const int total = 31 - shift;
        return saturate<Arch>((std::int64_t{x} * mantissa + (std::int64_t{1} << (total - 1))) >> total);
    }
}

template <bool Twice, class Arch>
QUANTYPE_SIMD_INLINE ints<Arch> scale_lanes(const ints<Arch>& x, const q31<Arch>& m) {
    alignas(most_alignment) std::int32_t rooms[3][lanes<Arch>];
    x.store_aligned(rooms[0]);
    m.mantissa.store_aligned(rooms[1]);
    m.shift.store_aligned(rooms[2]);
    for (int i = 0; i < lanes<Arch>; ++i) rooms[0][i] = scale_lane<Twice, Arch>(rooms[0][i], rooms[1][i], rooms[2][i]);
    return ints<Arch>::load_aligned(rooms[0]);
}

/// multiply_double_rounding (Twice) or multiply_single_rounding. The single one is (P >> T) plus bit T - 1 of P, with
/// P = x * mantissa and T = 31 + right shift.
template <bool Twice, class Arch>
QUANTYPE_SIMD_INLINE ints<Arch> scale(const ints<Arch>& x, const q31<Arch>& m) {
    if (m.any_left) return scale_lanes<Twice, Arch>(x, m);
    if constexpr (Twice) {
        return shift_half_away<Arch>(doubling_high_mul<Arch>(x, m.mantissa), m.right);
    } else {
        const wide<Arch> p = multiply_wide<Arch>(x, m.mantissa);
        const ints<Arch> by31 = (p.high << 1) | shift_logical<31, Arch>(p.low);
        const ints<Arch> by30 = (p.high << 2) | shift_logical<30, Arch>(p.low);
        return (by31 >> m.right) + ((by30 >> m.right) & ints<Arch>(1));
    }
}

/// True for the policy that rounds twice.
template <class Policy>
inline constexpr bool rounds_twice = false;
template <>
inline constexpr bool rounds_twice<requantize::tflite_double_rounding> = true;

}  // namespace kernel::simd::detail

QUANTYPE_END_NAMESPACE
#endif
