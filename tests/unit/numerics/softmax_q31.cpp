// SPDX-License-Identifier: BSL-1.0
// Fixed-point exponential and reciprocal against the real functions.
#include <quantype/numerics/softmax_q31.hpp>

#include <algorithm>
#include <cmath>

#include "support/catch.hpp"

using namespace quantype;

static_assert(softmax_q31::exp_of_negative(0) == 2147483647);
static_assert(softmax_q31::make_scaling(0.0).multiplier == 0);

TEST_CASE("softmax: e^x within the error of its polynomial (x^5/120 at 1/8: 2^-21.9)") {
    double worst = 0.0;
    for (std::int64_t a = -(std::int64_t{1} << 31) + 1; a <= 0; a += 99991) {
        const double real = std::exp(std::ldexp(static_cast<double>(a), -26));
        const double got = std::ldexp(softmax_q31::exp_of_negative(static_cast<std::int32_t>(a)), -31);
        worst = std::max(worst, std::abs(got - real));
    }
    CHECK(worst < 0x1p-22);
}

TEST_CASE("softmax: the reciprocal to 2^-26") {
    for (std::int64_t sum = 1 << 19; sum < (std::int64_t{1} << 31); sum += 7654321) {
        const auto r = softmax_q31::reciprocal_of(static_cast<std::int32_t>(sum));
        const double real = 1.0 / std::ldexp(static_cast<double>(sum), -19);
        CHECK(std::ldexp(r.mantissa, -31 - r.shift) == Approx(real).epsilon(0x1p-26));
    }
}
