// SPDX-License-Identifier: BSL-1.0
#include <quantype/io/float_bits.hpp>

#include <bit>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

#include "support/subnormals.hpp"

using quantype::float16_to_float32;
using quantype::float64_to_float32_exact;
using quantype::is_finite_bits;

namespace {

/// The value of a finite binary16 by its definition.
double value_of_half(std::uint16_t bits) {
    const int exponent = bits >> 10 & 31;
    const int fraction = bits & 1023;
    const double magnitude = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
    return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

/// Whether narrowing keeps the value, by the machine's own conversion there and back.
bool agrees_with_cast(std::uint64_t bits) {
    const auto value = std::bit_cast<double>(bits);
    const auto narrow = static_cast<float>(value);
    if (!subnormals_are_kept() && std::abs(value) < 0x1p-125) return true;  // the machine does not narrow these
    const bool exact = std::bit_cast<std::uint64_t>(static_cast<double>(narrow)) == bits;
    const auto result = float64_to_float32_exact(bits);
    return exact ? result == std::bit_cast<std::uint32_t>(narrow) : !result.has_value();
}

}  // namespace

TEST_CASE("float_bits: all 65536 half floats") {
    int wrong = 0;
    for (std::uint32_t i = 0; i < 65536; ++i) {
        const auto bits = static_cast<std::uint16_t>(i);
        const std::uint32_t wide = float16_to_float32(bits);
        if (is_finite_bits(bits)) {
            const auto expected = std::bit_cast<std::uint64_t>(value_of_half(bits));
            if (std::bit_cast<std::uint64_t>(static_cast<double>(std::bit_cast<float>(wide))) != expected) ++wrong;
        } else if (wide != ((i & 0x8000U) << 16U | 0x7f800000U | (i & 0x3ffU) << 13U)) {
            ++wrong;
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("float_bits: float64 to float32 keeps what fits and refuses the rest") {
    for (const double value : {0.0, -0.0, 1.0, 0.1, 0x1p-126, 0x1p-127, 0x1p-149, 0x1p-150, 0x1.8p-149, 0x1.000002p-126,
                               0x1.fffffep127, 0x1.ffffffp127, 0x1p128, -0x1.fffffep127, 1e-320}) {
        CHECK(agrees_with_cast(std::bit_cast<std::uint64_t>(value)));
    }
    CHECK(float64_to_float32_exact(std::bit_cast<std::uint64_t>(std::numeric_limits<double>::infinity())) ==
          0x7f800000U);
    CHECK_FALSE(float64_to_float32_exact(0x7ff8000000000000U).has_value());
    std::mt19937_64 random(1);
    int wrong = 0;
    for (int i = 0; i < 200000; ++i) {
        // Exponents around and beyond float32's range, and fractions that often end in zeros.
        const std::uint64_t r = random();
        const std::uint64_t exponent = 1023U - 160U + r % 300U;
        const std::uint64_t fraction = random() >> 12U >> (r >> 60U) * 3U << (r >> 60U) * 3U;
        if (!agrees_with_cast((r & std::uint64_t{1} << 63U) | exponent << 52U | fraction)) ++wrong;
    }
    CHECK(wrong == 0);
}

TEST_CASE("float_bits: finite or not") {
    CHECK(is_finite_bits(std::uint16_t{0x7bff}));
    CHECK_FALSE(is_finite_bits(std::uint16_t{0xfc00}));
    CHECK(is_finite_bits(std::uint32_t{0xff7fffff}));
    CHECK_FALSE(is_finite_bits(std::uint32_t{0xff800000}));
    CHECK_FALSE(is_finite_bits(std::uint32_t{0x7fffffff}));
    CHECK(is_finite_bits(std::uint64_t{0x7fefffffffffffff}));
    CHECK_FALSE(is_finite_bits(std::uint64_t{0x7ff0000000000001}));
}
