// SPDX-License-Identifier: BSL-1.0
// Elementwise loops, lookup, clamp, cat, matmul, batch norm and softmax: small cases, many of them in the compiler.
#include <quantype/kernel/scalar/batch_norm.hpp>
#include <quantype/kernel/scalar/cat.hpp>
#include <quantype/kernel/scalar/elementwise.hpp>
#include <quantype/kernel/scalar/lookup.hpp>
#include <quantype/kernel/scalar/matmul.hpp>
#include <quantype/kernel/scalar/softmax.hpp>
#include <quantype/kernel/scalar/softmax_q31.hpp>
#include <quantype/kernel/scalar/unary_table.hpp>

#include <cstdlib>
#include <numeric>
#include <vector>

#include "support/catch.hpp"

using namespace quantype;
using u8 = std::uint8_t;
using s8 = std::int8_t;
using rule = add_rule::float32;

namespace {

constexpr rule::params unit{1.0f, 1.0f, 1.0f};

constexpr auto add_in_compiler() {
    const u8 a[6] = {1, 2, 3, 4, 5, 6};
    const u8 b[2] = {10, 20};
    constexpr int shape_a[2] = {2, 3}, shape_b[2] = {2, 1};
    std::array<u8, 6> y{};
    constexpr kernel::elementwise_config config = kernel::elementwise_broadcast(shape_a, 2, shape_b, 2);
    kernel::elementwise_args<u8, u8, u8, rule::params> args{a, b, y.data(), unit};
    kernel::scalar::add<config, rule>(args);
    return y;
}
static_assert(add_in_compiler() == std::array<u8, 6>{11, 12, 13, 24, 25, 26});

constexpr auto strided_add() {
    constexpr kernel::image_layout padded{1, 2, 2, {0, 0, 1, 1}}, dense{1, 2, 2};
    const u8 a[8] = {0, 0, 1, 2, 3, 4, 0, 0};
    const u8 b[4] = {10, 20, 30, 40};
    std::array<u8, 8> y{};
    kernel::elementwise_args<u8, u8, u8, rule::params> args{a + padded.origin(), b, y.data() + padded.origin(), unit};
    kernel::scalar::add<kernel::elementwise(1, padded, dense, padded), rule>(args);
    return y;
}
static_assert(strided_add() == std::array<u8, 8>{0, 0, 11, 22, 33, 44, 0, 0});
static_assert(kernel::elementwise(2, {3, 4, 5}, {3, 4, 5}, {3, 4, 5}).dense());

constexpr auto cat_in_compiler() {
    const u8 a[2] = {1, 2}, b[4] = {10, 20, 30, 40};
    std::array<u8, 6> y{};
    kernel::cat_args<u8> args;
    args.inputs[0] = {a, 1.0f, 0, true};
    args.inputs[1] = {b, 0.5f, 10, false};
    args.output = y.data();
    kernel::scalar::cat<kernel::cat_config{2, 2, {1, 2}}>(args);
    return y;
}
static_assert(cat_in_compiler() == std::array<u8, 6>{1, 0, 5, 2, 10, 15});

constexpr auto matmul_in_compiler() {
    const u8 a[4] = {1, 2, 3, 4}, b[4] = {1, 0, 2, 1};
    std::array<u8, 4> y{};
    kernel::matmul_args<u8, u8, u8, requantize::qnnpack::params> args{a, b, y.data()};
    kernel::scalar::matmul<kernel::matmul_config{1, 2, 2, 2}, requantize::qnnpack>(args);
    return y;
}
static_assert(matmul_in_compiler() == std::array<u8, 4>{5, 2, 11, 4});

// Tables in the compiler: sigmoid(0) = 128/256, the table is monotone, tanh is odd around code 128.
constexpr auto sigmoid_table =
    kernel::make_table<u8, u8>(kernel::unary::sigmoid{}, {0.05, 128}, kernel::sigmoid_output<u8>);
constexpr auto tanh_table = kernel::make_table<u8, u8>(kernel::unary::tanh{}, {0.05, 128}, kernel::tanh_output<u8>);
static_assert(sigmoid_table[128] == 128 && tanh_table[128] == 128);
constexpr bool monotone_and_odd() {
    for (std::size_t i = 1; i < 256; ++i)
        if (sigmoid_table[i] < sigmoid_table[i - 1]) return false;
    for (std::size_t i = 68; i < 128; ++i)  // beyond, +1 saturates
        if (tanh_table[i] + tanh_table[256 - i] != 256) return false;
    return true;
}
static_assert(monotone_and_odd());
static_assert(kernel::make_table<s8, s8>(kernel::unary::leaky_relu{0.5f}, {1.0, 0}, {1.0, 0})[0xff] == 0);   // -0.5
static_assert(kernel::make_table<s8, s8>(kernel::unary::leaky_relu{0.5f}, {1.0, 0}, {1.0, 0})[0xfd] == -2);  // -1.5
static_assert(kernel::sigmoid_output<s8>.zero_point == -128 && kernel::tanh_output<s8>.zero_point == 0);

}  // namespace

TEST_CASE("lookup: the index is the byte of the code, rows keep their strides") {
    kernel::lookup_table<s8> table{};
    for (int c = -128; c < 128; ++c) table[static_cast<u8>(c)] = static_cast<s8>(-1 - c);
    const s8 x[6] = {-128, -1, 99, 0, 127, 99};
    s8 y[4] = {};
    kernel::scalar::lookup<kernel::rows_config{2, 2, 3, 2}>(kernel::lookup_args<s8, s8>{x, y, &table});
    CHECK((y[0] == 127 && y[1] == 0 && y[2] == -1 && y[3] == -128));
}

TEST_CASE("clamp: relu over all codes") {
    std::array<u8, 256> x{}, y{};
    std::iota(x.begin(), x.end(), u8{0});
    kernel::scalar::clamp<kernel::rows_config{1, 256}>(kernel::clamp_args<u8>{x.data(), y.data(), 40, 255});
    for (std::size_t i = 0; i < 256; ++i) REQUIRE(y[i] == (i < 40 ? 40 : i));
}

TEST_CASE("batch_norm: formula, one channel a column") {
    const u8 x[4] = {10, 20, 30, 40};
    const kernel::batch_norm_params p[2] = {{0.5f, 1.0f}, {-1.0f, 0.0f}};
    u8 y[4] = {};
    kernel::batch_norm_args<u8, u8> args{x, p, y, 10, 50};
    kernel::scalar::batch_norm<kernel::rows_config{2, 2}>(args);
    CHECK((y[0] == 51 && y[1] == 40 && y[2] == 61 && y[3] == 20));
    // gamma / sqrt(0.2401 + 0.01) * 2 / 4, (1 - 3 * gamma / deviation) / 4
    const auto made = kernel::make_batch_norm({2.0f, 1.0f, 3.0f, 3.99f}, 0.01f, 2.0, 4.0);
    CHECK(made.alpha == 0.5f);
    CHECK(made.beta == -0.5f);
}

TEMPLATE_TEST_CASE("softmax: rows sum to one, order is kept, both rules agree within two codes", "", u8, s8) {
    constexpr int length = 12;
    constexpr double scale = 0.11;
    std::array<TestType, 3 * length> x{}, y{}, fixed{};
    unsigned state = 7;
    for (TestType& c : x) c = static_cast<TestType>((state = state * 1664525u + 1013904223u) >> 24);
    const kernel::exponential_table table = kernel::make_exponentials(scale);
    kernel::softmax_args<TestType, TestType> args{x.data(), y.data(), &table};
    kernel::scalar::softmax<kernel::rows_config{3, length}>(args);
    kernel::softmax_q31_args<TestType, TestType> q31{x.data(), fixed.data(), softmax_q31::make_scaling(scale)};
    kernel::scalar::softmax_q31<kernel::rows_config{3, length}>(q31);
    for (std::size_t r = 0; r < 3; ++r) {
        int sum = 0;
        for (std::size_t i = r * length; i < (r + 1) * length; ++i) {
            sum += y[i] - kernel::lowest_code<TestType>;
            CHECK(std::abs(y[i] - fixed[i]) <= 2);
            for (std::size_t k = r * length; k < i; ++k)
                if (x[k] <= x[i]) CHECK(y[k] <= y[i]);
        }
        CHECK(std::abs(sum - 256) <= length);
    }
}

TEST_CASE("softmax_q31: the longest row; shares below half a step are 0") {
    constexpr int longest = 4095;
    std::vector<s8> x(longest, 5), y(longest, 1);
    kernel::softmax_q31_args<s8, s8> args{x.data(), y.data(), softmax_q31::make_scaling(0.25)};
    kernel::scalar::softmax_q31<kernel::rows_config{1, longest}>(args);
    for (const s8 code : y) REQUIRE(code == -128);
    x[7] = 127;  // e^(-30.5) beside 1: all of the sum
    kernel::scalar::softmax_q31<kernel::rows_config{1, longest}>(args);
    for (std::size_t i = 0; i < longest; ++i) REQUIRE(y[i] == (i == 7 ? 127 : -128));
}
