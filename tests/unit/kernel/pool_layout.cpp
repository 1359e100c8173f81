// SPDX-License-Identifier: BSL-1.0
// Pools by hand-made images; quantize, dequantize, permute, pad and halo as round trips.
#include <quantype/kernel/scalar/avg_pool2d.hpp>
#include <quantype/kernel/scalar/layout.hpp>
#include <quantype/kernel/scalar/max_pool2d.hpp>

#include <array>
#include <limits>
#include <vector>

#include "support/catch.hpp"

using namespace quantype;
using u8 = std::uint8_t;
using s8 = std::int8_t;

namespace {

template <kernel::avg_pool_rule Rule, int Zero>
constexpr auto average(std::array<u8, 4> x) {
    constexpr kernel::avg_pool2d_config config{
        .input = {2, 2, 1}, .output = {1, 1, 1}, .kernel_height = 2, .kernel_width = 2, .rule = Rule};
    std::array<u8, 1> y{};
    kernel::scalar::avg_pool2d<config>(kernel::avg_pool2d_args<u8>{x.data(), y.data(), Zero});
    return int{y[0]};
}
using rules = kernel::avg_pool_rule;
// Sum 6 of 4 = 1.5; with zero point 1: 0.5 above it, a tie.
static_assert(average<rules::round_then_zero_point, 0>({1, 2, 1, 2}) == 2);
static_assert(average<rules::round_then_zero_point, 1>({1, 2, 1, 2}) == 1);
static_assert(average<rules::zero_point_then_round, 1>({1, 2, 1, 2}) == 2);
static_assert(average<rules::tflite, 1>({1, 2, 1, 2}) == 2 && average<rules::tflite, 0>({0, 1, 0, 1}) == 1);

constexpr auto padded_average(bool count_include_pad, int divisor, rules rule) {
    kernel::avg_pool2d_config config{.input = {2, 2, 1}, .output = {1, 1, 1}, .kernel_height = 2, .kernel_width = 2};
    config.padding = {1, 0, 1, 0};
    config.count_include_pad = count_include_pad;
    config.divisor_override = divisor;
    config.rule = rule;
    const std::array<u8, 4> x{108, 0, 0, 0};
    std::array<u8, 1> y{};
    kernel::scalar::avg_pool2d_loop<u8>(config, {x.data(), y.data(), 100});
    return int{y[0]};
}
static_assert(padded_average(true, 0, rules::round_then_zero_point) == 102);
static_assert(padded_average(false, 0, rules::round_then_zero_point) == 108);
static_assert(padded_average(false, 8, rules::round_then_zero_point) == 101);
static_assert(padded_average(false, 8, rules::mobile) == 102);

constexpr auto dilated_max(kernel::max_pool_rule rule) {
    kernel::max_pool2d_config config{.input = {1, 5, 1}, .output = {1, 1, 1}, .kernel_width = 2, .dilation_width = 3};
    config.padding.left = 2;  // taps at -2 and 1
    config.rule = rule;
    const std::array<s8, 5> x{9, -7, 1, 1, 1};
    std::array<s8, 1> y{};
    kernel::scalar::max_pool2d_loop<s8>(config, {x.data(), y.data()});
    return int{y[0]};
}
static_assert(dilated_max(kernel::max_pool_rule::ignore_padding) == -7);
static_assert(dilated_max(kernel::max_pool_rule::clamp_coordinates) == 9);

}  // namespace

TEST_CASE("adaptive_avg_pool2d: windows overlap where the extents do not divide") {
    const std::array<u8, 5> x{0, 10, 20, 30, 40};
    std::array<u8, 2> y{};
    constexpr kernel::adaptive_avg_pool2d_config config{1, {1, 5, 1}, {1, 2, 1}};
    kernel::scalar::adaptive_avg_pool2d<config>(kernel::avg_pool2d_args<u8>{x.data(), y.data(), 0});
    CHECK((y[0] == 10 && y[1] == 30));
}

TEST_CASE("quantize: order, saturation, ties; dequantize goes back") {
    const float infinity = std::numeric_limits<float>::infinity();
    const std::vector<float> x{0.25f, 0.75f, -infinity, infinity, 1e30f, -1.0f, 3.0f, 63.0f};  // [2 channels][2][2]
    constexpr kernel::quantize_config config{1, {2, 2, 2, {1, 1, 1, 1}}, kernel::element_order::nchw};
    std::vector<u8> codes(static_cast<std::size_t>(config.codes.image()), 7);
    u8* const at = codes.data() + config.codes.origin();
    kernel::scalar::quantize<config>(kernel::quantize_args<u8>{x.data(), at, 2.0f, 100});
    const auto code = [&](int y, int column, int c) { return int{at[config.codes.at(0, y, column) + c]}; };
    CHECK((code(0, 0, 0) == 100 && code(0, 1, 0) == 102));  // 0.5 -> 0 and 1.5 -> 2
    CHECK((code(1, 0, 0) == 0 && code(1, 1, 0) == 255));
    CHECK((code(0, 0, 1) == 255 && code(0, 1, 1) == 98 && code(1, 0, 1) == 106 && code(1, 1, 1) == 226));
    std::vector<float> back(x.size());
    kernel::scalar::dequantize<config>(kernel::dequantize_args<u8>{at, back.data(), 0.5f, 100});
    CHECK((back[0] == 0.0f && back[1] == 1.0f && back[2] == -50.0f && back[6] == 3.0f && back[7] == 63.0f));
    CHECK(codes[0] == 7);
}

TEST_CASE("permute: there and back; pad and fill_halo write their own pixels only") {
    constexpr kernel::image_layout dense{3, 2, 4}, wide{3, 2, 4, {1, 2, 1, 0}};
    std::vector<s8> nchw(2 * 24), back(nchw.size()), image(2 * static_cast<std::size_t>(wide.image()), -99);
    for (std::size_t i = 0; i < nchw.size(); ++i) nchw[i] = static_cast<s8>(i);
    s8* const at = image.data() + wide.origin();
    kernel::scalar::permute<kernel::permute_config{2, wide, false}>(kernel::permute_args<s8>{nchw.data(), at});
    CHECK(at[wide.at(1, 2, 1) + 3] == nchw[24 + 3 * 6 + 2 * 2 + 1]);
    kernel::scalar::fill_halo<kernel::fill_halo_config{2, wide}>(kernel::fill_halo_args<s8>{at, 5});
    kernel::scalar::permute<kernel::permute_config{2, wide, true}>(kernel::permute_args<s8>{at, back.data()});
    CHECK(back == nchw);
    int untouched = 0, halo = 0;
    for (const s8 c : image) {
        untouched += c == -99 ? 1 : 0;
        halo += c == 5 ? 1 : 0;
    }
    CHECK(untouched == 0);
    CHECK(halo == 2 * (wide.image() - dense.image()) + 1);  // one code of the image is 5 itself
    std::vector<s8> padded(2 * 5 * 4 * 4);
    constexpr kernel::pad_config pad{2, wide, {5, 4, 4}, 1, 2};
    kernel::scalar::pad<pad>(kernel::pad_args<s8>{at, padded.data(), -3});
    CHECK(padded[0] == -3);
    CHECK(padded[static_cast<std::size_t>(pad.output.at(1, 1, 2) + 1)] == nchw[24 + 6]);
}
