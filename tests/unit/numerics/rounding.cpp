// SPDX-License-Identifier: BSL-1.0
// Rounding to integers: ties, ends of the range, and the run-time instruction against the portable form.
#include <quantype/numerics/rounding.hpp>

#include <bit>
#include <cmath>
#include <limits>

#include "support/catch.hpp"

using namespace quantype;

static_assert(rne(0.5f) == 0 && rne(1.5f) == 2 && rne(2.5f) == 2 && rne(-0.5f) == 0 && rne(-1.5f) == -2);
static_assert(rne(0.49999997f) == 0 && rne(0.50000006f) == 1 && rne(8388609.0f) == 8388609);
static_assert(rne(2147483648.0f) == 2147483647 && rne(-3e38f) == -2147483648);
static_assert(rne(2147483520.0f) == 2147483520 && rne(-2147483648.0f) == -2147483648);
static_assert(rne(0.5) == 0 && rne(4503599627370497.5) == 4503599627370498 && rne(1e300) == 9223372036854775807);
static_assert(round_half_away(0.5) == 1 && round_half_away(-0.5) == -1 && round_half_away(-2.4) == -2);
static_assert(shift_right_half_away(5, 1) == 3 && shift_right_half_away(-5, 1) == -3);
static_assert(shift_right_half_away(-6, 2) == -2 && shift_right_half_away(6, 2) == 2);
static_assert(shift_right_half_away(7, 0) == 7 && shift_right_half_away(-2147483648, 31) == -1);
static_assert(saturate<std::int8_t>(300) == 127 && saturate<std::uint8_t>(-5) == 0);
static_assert(saturate<std::int32_t>(std::int64_t{1} << 40) == 2147483647);

TEST_CASE("rne: the instruction equals the portable form") {
    int differing = 0;
    for (std::uint32_t bits = 0x33000000u; bits < 0x4f000000u; bits += 97) {  // 2^-25 .. 2^31
        for (const float x : {std::bit_cast<float>(bits), -std::bit_cast<float>(bits)})
            if (rne(x) != detail::numerics::rne_portable<std::int32_t>(x)) ++differing;
    }
    CHECK(differing == 0);
}

TEST_CASE("rne: ties of every half up to 2^22") {
    int differing = 0;
    for (int i = -4194304; i < 4194304; i += 3)
        if (rne(static_cast<float>(i) + 0.5f) != (i % 2 == 0 ? i : i + 1)) ++differing;
    CHECK(differing == 0);
}

TEST_CASE("rne: infinities and NaN") {
    const float infinity = std::numeric_limits<float>::infinity();
    CHECK(rne(infinity) == std::numeric_limits<std::int32_t>::max());
    CHECK(rne(-infinity) == std::numeric_limits<std::int32_t>::min());
    CHECK(rne(std::numeric_limits<float>::quiet_NaN()) == std::numeric_limits<std::int32_t>::min());
}

TEST_CASE("shift_right_half_away equals division rounded away") {
    for (int n = 1; n <= 10; ++n)
        for (int x = -3000; x <= 3000; ++x) REQUIRE(shift_right_half_away(x, n) == std::lround(std::ldexp(x, -n)));
}
