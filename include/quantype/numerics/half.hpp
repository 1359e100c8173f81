// SPDX-License-Identifier: BSL-1.0
// float32 to IEEE half precision and back, with integers only: no half-precision hardware is needed.
#pragma once
#include <bit>
#include <cstdint>

#include <quantype/version.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Bits of the nearest half (ties to even); from 65520 on: infinity. NaN stays NaN.
constexpr std::uint16_t to_half_bits(float x) {
    const auto all = std::bit_cast<std::uint32_t>(x);
    const std::uint32_t sign = (all >> 16) & 0x8000u, u = all & 0x7fffffffu;
    std::uint32_t half = 0;
    if (u > 0x7f800000u) {
        half = 0x7e00u;
    } else if (u >= 0x477ff000u) {  // 65520: half way to 65536
        half = 0x7c00u;
    } else if (u >= 0x38800000u) {  // 2^-14: a normal half
        half = (u + 0xfffu + ((u >> 13) & 1u) - 0x38000000u) >> 13;
    } else if (u >= 0x33000000u) {  // 2^-25: in units of 2^-24
        const std::uint32_t shift = 126u - (u >> 23), mantissa = (u & 0x7fffffu) | 0x800000u;
        const std::uint32_t rest = mantissa & ((1u << shift) - 1u), tie = 1u << (shift - 1u);
        half = mantissa >> shift;
        if (rest > tie || (rest == tie && (half & 1u) != 0u)) ++half;
    }
    return static_cast<std::uint16_t>(sign | half);
}

/// The float32 of the same value (exact).
constexpr float from_half_bits(std::uint16_t h) {
    const std::uint32_t sign = (h & 0x8000u) << 16, exponent = (h >> 10) & 0x1fu, fraction = h & 0x3ffu;
    if (exponent == 31u) return std::bit_cast<float>(sign | 0x7f800000u | (fraction << 13));
    if (exponent != 0u) return std::bit_cast<float>(sign | ((exponent + 112u) << 23) | (fraction << 13));
    if (fraction == 0u) return std::bit_cast<float>(sign);
    const auto zeros = static_cast<std::uint32_t>(std::countl_zero(fraction)) - 21u;  // lifts the leading bit to 2^10
    return std::bit_cast<float>(sign | ((113u - zeros) << 23) | (((fraction << zeros) & 0x3ffu) << 13));
}

/// The value that half precision keeps of x.
constexpr float fp16_round_trip(float x) { return from_half_bits(to_half_bits(x)); }

QUANTYPE_END_NAMESPACE
