// SPDX-License-Identifier: BSL-1.0
// exact: every operation rounds by itself, in the compiler and at run time.
#include <quantype/numerics/exact.hpp>

#include "support/catch.hpp"

namespace exact = quantype::exact;

// (1 + 2^-12)^2 = 1 + 2^-11 + 2^-24 rounds to 1 + 2^-11; a fused multiply-add would keep the 2^-24.
static_assert(exact::sub(exact::mul(0x1.001p0f, 0x1.001p0f), 0x1.002p0f) == 0.0f);
static_assert(exact::add(exact::add(0x1p25f, 1.0f), -0x1p25f) == 0.0f);
static_assert(exact::to_float(16777217) == 16777216.0f);
static_assert(exact::to_float(0x1.0000011p0) == 0x1.000002p0f);

TEST_CASE("exact: no contraction at run time") {
    volatile float x = 0x1.001p0f, y = 0x1.002p0f;
    CHECK(exact::sub(exact::mul(x, x), y) == 0.0f);
}

TEST_CASE("exact: no reassociation at run time") {
    volatile float large = 0x1p25f, one = 1.0f;
    CHECK(exact::sub(exact::add(large, one), large) == 0.0f);
}

TEST_CASE("exact: division is a division") {
    volatile float three = 3.0f, ten = 10.0f;
    CHECK(exact::div(three, ten) == 0.3f);
    CHECK(exact::mul(three, exact::div(1.0f, ten)) == 0x1.333334p-2f);  // the reciprocal rounds once more
}

TEST_CASE("exact: float64 too") {
    volatile double x = 0x1.0000001p0, y = 0x1.0000002p0;
    CHECK(exact::sub(exact::mul(x, x), y) == 0.0);
    volatile double seven = 7.0, ten = 10.0;
    CHECK(exact::div(seven, ten) == 0.7);
}
