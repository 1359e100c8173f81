// SPDX-License-Identifier: BSL-1.0
// Q31 multipliers: construction, the two rounding rules, and where they differ.
#include <quantype/numerics/fixed_point.hpp>

#include <cmath>

#include "support/catch.hpp"

using namespace quantype;

static_assert(quantize_multiplier(1.0) == q31_multiplier{1 << 30, 1});
static_assert(quantize_multiplier(0.5) == q31_multiplier{1 << 30, 0});
static_assert(quantize_multiplier(0.1) == q31_multiplier{1717986918, -3});
static_assert(quantize_multiplier(1.0 - 0x1p-40) == q31_multiplier{1 << 30, 1});  // the mantissa rounds up to 1
static_assert(quantize_multiplier(0x1p-33) == q31_multiplier{});
static_assert(quantize_multiplier(0x1p40) == q31_multiplier{2147483647, 30});
static_assert(quantize_multiplier(0.0) == q31_multiplier{} && quantize_multiplier(-1.0) == q31_multiplier{});
static_assert(rounding_doubling_high_mul(-2147483647 - 1, -2147483647 - 1) == 2147483647);
static_assert(rounding_doubling_high_mul(1 << 30, 3) == 2 && rounding_doubling_high_mul(1 << 30, -3) == -1);
static_assert(multiply_single_rounding(3, {1 << 30, 0}) == 2 && multiply_single_rounding(-3, {1 << 30, 0}) == -1);
static_assert(multiply_double_rounding(100, {1 << 30, 1}) == 100 && multiply_single_rounding(100, {1 << 30, 1}) == 100);
static_assert(multiply_double_rounding(1 << 30, {1 << 30, 30}) == 1 << 30);  // the shift to the left saturates

TEST_CASE("fixed point: the multiplier is within half a unit of the real") {
    for (double m = 1e-9; m < 1e8; m *= 1.37) {
        const q31_multiplier q = quantize_multiplier(m);
        CHECK(std::abs(std::ldexp(q.q31, q.shift - 31) - m) <= std::ldexp(0.5, q.shift - 31));
        CHECK(q.q31 >= (1 << 30));
    }
}

TEST_CASE("fixed point: both rules are within one of the product, single rounding within a half") {
    int differences = 0;
    for (int shift = -12; shift <= 0; ++shift) {
        const q31_multiplier m{1518500250, shift};  // sqrt(2) / 2
        for (std::int32_t x = -70000; x < 70000; x += 13) {
            const double real = x * std::ldexp(m.q31, shift - 31);
            REQUIRE(std::abs(multiply_double_rounding(x, m) - real) < 1.0);
            REQUIRE(std::abs(multiply_single_rounding(x, m) - real) <= 0.5);
            if (multiply_double_rounding(x, m) != multiply_single_rounding(x, m)) ++differences;
        }
    }
    CHECK(differences > 0);  // the rules are not the same
}
