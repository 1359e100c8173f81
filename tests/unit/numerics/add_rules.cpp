// SPDX-License-Identifier: BSL-1.0
// Rules of addition and multiplication: ties, refusals, agreement of the rules within one code.
#include <quantype/numerics/mul_rules.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "support/catch.hpp"

using namespace quantype;
using status = requantize_status;

namespace {

constexpr binary_codes plain{0, 0, 0, -128, 127};

template <class Rule>
constexpr std::int32_t code(const binary_scales& s, std::int32_t a, std::int32_t b, const binary_codes& c = plain) {
    return Rule::apply(a, b, Rule::make(s).params, c);
}

}  // namespace

// (1 + 2) * 0.5 = 1.5 and (1 + 4) * 0.5 = 2.5: half away from zero against half to even.
static_assert(code<add_rule::qnnpack>({0.5, 0.5, 1.0}, 1, 4) == 3 &&
              code<add_rule::qnnpack>({0.5, 0.5, 1.0}, -1, -4) == -3);
static_assert(code<add_rule::float32>({0.5, 0.5, 1.0}, 1, 4) == 2 &&
              code<add_rule::float32>({0.5, 0.5, 1.0}, -1, -4) == -2);
static_assert(code<mul_rule::float32>({0.5, 0.5, 1.0}, 5, 2) == 2);
static_assert(code<mul_rule::requantized<requantize::qnnpack>>({0.5, 0.5, 1.0}, 3, 2) == 2);
static_assert(code<add_rule::tflite<requantize::tflite_double_rounding>>({0.5, 0.5, 1.0}, 1, 4) == 3);

TEST_CASE("add: ratios outside [2^-14, 2^8) are refused by the integer rule") {
    CHECK(add_rule::qnnpack::make({256.0, 1.0, 1.0}).status == status::multiplier_out_of_range);
    CHECK(add_rule::qnnpack::make({255.0, 1.0, 1.0}).status == status::ok);
    CHECK(add_rule::qnnpack::make({0x1p-15, 1.0, 1.0}).status == status::multiplier_out_of_range);
    CHECK(add_rule::qnnpack::make({1.0, 0.0, 1.0}).status == status::scale_not_positive);
}

TEMPLATE_TEST_CASE("add: every rule is within 0.51 of the real sum, over all pairs", "", add_rule::qnnpack,
                   add_rule::float32, add_rule::tflite<requantize::tflite_double_rounding>,
                   add_rule::tflite<requantize::tflite_single_rounding>) {
    const binary_scales s{0.0731, 0.0193, 0.0917};
    const auto made = TestType::make(s);
    REQUIRE(made.status == status::ok);
    const binary_codes c{3, -7, 5, -128, 127};
    double worst = 0.0;
    for (int a = -128; a < 128; ++a) {
        for (int b = -128; b < 128; ++b) {
            const double real = ((a - 3) * s.a + (b + 7) * s.b) / s.output + 5;
            if (real < -128 || real > 127) continue;
            worst = std::max(worst, std::abs(TestType::apply(a, b, made.params, c) - real));
        }
    }
    CHECK(worst <= 0.51);
}

TEST_CASE("mul: the integer and the float rule agree within one over all pairs") {
    const binary_scales s{0.0731, 0.0193, 0.0917};
    const auto integer = mul_rule::requantized<requantize::qnnpack>::make(s).params;
    const auto real = mul_rule::float32::make(s).params;
    const binary_codes c{130, 7, 60, 0, 255};
    for (int a = 0; a < 256; ++a)
        for (int b = 0; b < 256; ++b)
            REQUIRE(std::abs(mul_rule::requantized<requantize::qnnpack>::apply(a, b, integer, c) -
                             mul_rule::float32::apply(a, b, real, c)) <= 1);
}
