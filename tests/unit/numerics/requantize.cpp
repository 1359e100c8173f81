// SPDX-License-Identifier: BSL-1.0
// Requantization policies: formulas, refusals, clamping; all of them in constant expressions.
#include <quantype/numerics/conv_add_rules.hpp>
#include <quantype/numerics/requantize_activation.hpp>
#include <quantype/numerics/requantize_q31.hpp>

#include <limits>

#include "support/catch.hpp"

using namespace quantype;
using status = requantize_status;

namespace {

template <class Policy>
constexpr std::int32_t code(const channel_scales& s, std::int32_t acc, std::int32_t z, std::int32_t lo,
                            std::int32_t hi) {
    const auto made = Policy::make(s);
    return Policy::apply(acc + Policy::start(made.params), made.params, z, lo, hi);
}

}  // namespace

// Scale 1/2 * 1/4 / 1 = 1/8, bias 1.0 = 8 steps: (acc + 8) / 8.
constexpr channel_scales eighth{0.5, 0.25, 1.0, 1.0f};
static_assert(code<requantize::qnnpack>(eighth, 4, 10, 0, 255) == 12);                     // 1.5 -> 2, tie to even
static_assert(code<requantize::qnnpack>(eighth, 12, 10, 0, 255) == 12);                    // 2.5 -> 2
static_assert(code<requantize::onednn>(eighth, 12, 11, 0, 255) == 14);                     // 2.5 + 11 = 13.5 -> 14
static_assert(code<requantize::fbgemm>(eighth, 12, 11, 0, 255) == 13);                     // 2.5 -> 2, + 11
static_assert(code<requantize::tflite_double_rounding>(eighth, 12, 10, -128, 127) == 13);  // away from zero
static_assert(code<requantize::tflite_single_rounding>(eighth, -28, 10, -128, 127) == 8);  // -2.5 -> -2, upwards
static_assert(code<requantize::tflite_double_rounding>(eighth, -28, 10, -128, 127) == 7);  // -2.5 -> -3
static_assert(code<requantize::qnnpack>(eighth, 2000000000, 10, 0, 255) == 255);
static_assert(code<requantize::qnnpack>(eighth, -2000000000, 10, 10, 255) == 10);
static_assert(code<requantize::onednn>(eighth, -2000000000, 10, 0, 255) == 0);
// t = (acc + 8) / 8, then the activation: -2 with slope 1/4, and tanh(0).
static_assert(requantize::onednn_leaky_relu::apply(-24, requantize::onednn_leaky_relu::make(eighth, 0.25f).params, 11,
                                                   0, 255) == 10);  // -0.5 + 11 = 10.5 -> 10
static_assert(requantize::onednn_leaky_relu::apply(-24, requantize::onednn_leaky_relu::make(eighth, 1.0f).params, 11, 0,
                                                   255) == 9);
static_assert(code<requantize::onednn_tanh>(eighth, -8, 11, 0, 255) == 11);
static_assert(code<requantize::onednn_tanh>(eighth, 1000, 11, 0, 255) == 12);
// The same with an addend of (21 - 16) / 2: 2.5 + 2.5 + 11, and 2 + 2.5 + 11 = 15.5 -> 16.
constexpr std::int32_t sum(std::int32_t acc, std::int32_t addend, std::int32_t lo) {
    using rule = conv_add_rule::onednn;
    return rule::apply(acc, requantize::onednn::make(eighth).params, addend, rule::make(0.5).params,
                       {0, 16, 11, lo, 255});
}
static_assert(sum(12, 21, 0) == 16 && sum(8, 21, 0) == 16 && sum(12, 0, 0) == 6 && sum(12, 0, 11) == 11);
static_assert(!conv_add_rule::onednn::make(0.0) && !conv_add_rule::onednn::make(1e-45));
static_assert(relu_lower_bound(-3, 0, 255) == 0 && relu_lower_bound(7, 0, 255) == 7);

TEMPLATE_TEST_CASE("requantize: refusals", "", requantize::qnnpack, requantize::onednn, requantize::fbgemm,
                   requantize::onednn_leaky_relu, requantize::onednn_tanh, requantize::tflite_double_rounding,
                   requantize::tflite_single_rounding) {
    const double infinity = std::numeric_limits<double>::infinity();
    const float nan = std::numeric_limits<float>::quiet_NaN();
    CHECK(TestType::make({0.0, 1.0, 1.0, 0.0f}).status == status::scale_not_positive);
    CHECK(TestType::make({1.0, -1.0, 1.0, 0.0f}).status == status::scale_not_positive);
    CHECK(TestType::make({1.0, 1.0, infinity, 0.0f}).status == status::scale_not_positive);
    CHECK(TestType::make({1.0, 1.0, static_cast<double>(nan), 0.0f}).status == status::scale_not_positive);
    CHECK(TestType::make({1.0, 1.0, 1.0, nan}).status == status::bias_not_finite);
    CHECK(TestType::make({1.0, 1.0, 1.0, std::numeric_limits<float>::infinity()}).status == status::bias_not_finite);
    CHECK(TestType::make({1.0, 1.0, 1.0, 3.0f}).status == status::ok);
}

TEMPLATE_TEST_CASE("requantize: a bias beyond int32", "", requantize::qnnpack, requantize::tflite_double_rounding) {
    CHECK(TestType::make({1e-6, 1e-6, 1.0, 1.0f}).status == status::bias_overflows_int32);
    CHECK(TestType::make({1e-6, 1e-3, 1.0, 1.0f}).status == status::ok);
}

TEST_CASE("requantize: a multiplier that is not a normal float") {
    CHECK(requantize::qnnpack::make({1e-20, 1e-20, 1.0, 0.0f}).status == status::multiplier_not_normal);
    CHECK(requantize::qnnpack::make({1e-30, 1.0, 1e30, 0.0f}).status == status::multiplier_not_normal);
    CHECK(requantize::qnnpack::make({1e30, 1e30, 1.0, 0.0f}).status == status::multiplier_not_normal);
    CHECK(requantize::onednn::make({1e-20, 1e-20, 1.0, 0.0f}).status == status::multiplier_not_normal);
    CHECK(requantize::fbgemm::make({1e-20, 1e-20, 1.0, 0.0f}).status == status::multiplier_not_normal);
    CHECK(requantize::tflite_double_rounding::make({1e20, 1e20, 1.0, 0.0f}).status == status::multiplier_out_of_range);
}

TEST_CASE("requantize: compiler and run time agree") {
    constexpr auto p = requantize::qnnpack::make({0.0123, 0.00456, 0.0789, 0.321f}).params;
    constexpr std::int32_t expected = requantize::qnnpack::apply(98765, p, 3, 0, 255);
    volatile std::int32_t acc = 98765;
    const auto q = requantize::qnnpack::make({0.0123, 0.00456, 0.0789, 0.321f}).params;
    CHECK(q == p);
    CHECK(requantize::qnnpack::apply(acc, q, 3, 0, 255) == expected);
}
