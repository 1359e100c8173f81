// SPDX-License-Identifier: BSL-1.0
// Conversions between float formats on the bits, so that no compiler option can change them.
#pragma once
#include <bit>
#include <cstdint>
#include <optional>

#include <quantype/version.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// True for the bits of a finite value (neither NaN nor infinity) of binary16, binary32 or binary64.
constexpr bool is_finite_bits(std::uint16_t bits) { return (bits & 0x7c00U) != 0x7c00U; }
constexpr bool is_finite_bits(std::uint32_t bits) { return (bits & 0x7f800000U) != 0x7f800000U; }
constexpr bool is_finite_bits(std::uint64_t bits) { return (bits >> 52U & 0x7ffU) != 0x7ffU; }

/// binary16 to binary32 (IEEE 754): exact for every value; a NaN keeps its sign and payload.
constexpr std::uint32_t float16_to_float32(std::uint16_t bits) {
    const std::uint32_t sign = (bits & 0x8000U) << 16U;
    const std::uint32_t exponent = bits >> 10U & 0x1fU;
    const std::uint32_t fraction = bits & 0x3ffU;
    if (exponent == 0x1fU) return sign | 0x7f800000U | fraction << 13U;
    if (exponent != 0) return sign | (exponent + 112U) << 23U | fraction << 13U;
    if (fraction == 0) return sign;
    // Subnormal, fraction * 2^-24: its leading one, at bit `top`, becomes the hidden bit of a normal float32.
    const auto top = static_cast<std::uint32_t>(std::bit_width(fraction)) - 1U;
    return sign | (top + 103U) << 23U | (fraction << (23U - top) & 0x7fffffU);
}

/// binary64 to binary32 when the value survives unchanged; nothing when it would be rounded, overflow or underflow, and
/// nothing for NaN. Infinities and signed zeros survive.
constexpr std::optional<std::uint32_t> float64_to_float32_exact(std::uint64_t bits) {
    const auto sign = static_cast<std::uint32_t>(bits >> 32U) & 0x80000000U;
    const auto exponent = static_cast<int>(bits >> 52U & 0x7ffU);
    const std::uint64_t fraction = bits & 0xfffffffffffffU;
    if (exponent == 0x7ff) return fraction == 0 ? std::optional(sign | 0x7f800000U) : std::nullopt;
    if (exponent == 0) return fraction == 0 ? std::optional(sign) : std::nullopt;
    const int unbiased = exponent - 1023;
    if (unbiased > 127 || unbiased < -149) return std::nullopt;
    if (unbiased >= -126) {
        if ((fraction & 0x1fffffffU) != 0) return std::nullopt;
        return sign | static_cast<std::uint32_t>(unbiased + 127) << 23U | static_cast<std::uint32_t>(fraction >> 29U);
    }
    // Subnormal in float32: the value is a whole number of 2^-149.
    const std::uint64_t significand = fraction | std::uint64_t{1} << 52U;
    const auto dropped = static_cast<unsigned>(-97 - unbiased);
    if ((significand & ((std::uint64_t{1} << dropped) - 1)) != 0) return std::nullopt;
    return sign | static_cast<std::uint32_t>(significand >> dropped);
}

QUANTYPE_END_NAMESPACE
