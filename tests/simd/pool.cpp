// SPDX-License-Identifier: BSL-1.0
// Maximum, average and adaptive average pooling on batches against the scalar specification: all rules, padding,
// dilation, halos, slices, ragged channel counts, global windows; extreme data.
#include <quantype/kernel/scalar/avg_pool2d.hpp>
#include <quantype/kernel/scalar/max_pool2d.hpp>
#include <quantype/kernel/simd/avg_pool2d.hpp>
#include <quantype/kernel/simd/max_pool2d.hpp>

#include "simd/support.hpp"

namespace {

using namespace simd_test;

struct extent {
    int height = 1;
    int width = 1;
};

template <class Config>
constexpr Config window(k::image_layout input, extent kernel, extent stride, k::sides padding) {
    Config c{};
    c.batch = 2;
    c.input = input;
    c.kernel_height = kernel.height;
    c.kernel_width = kernel.width;
    c.stride_height = stride.height;
    c.stride_width = stride.width;
    c.padding = padding;
    c.output = {k::window_count(input.height, padding.top, padding.bottom, kernel.height, stride.height, 1),
                k::window_count(input.width, padding.left, padding.right, kernel.width, stride.width, 1),
                input.channels};
    return c;
}
constexpr k::max_pool2d_config largest(k::image_layout input, extent kernel, extent stride, k::sides padding,
                                       k::max_pool_rule rule = k::max_pool_rule::ignore_padding, int dilation = 1) {
    auto c = window<k::max_pool2d_config>(input, kernel, stride, padding);
    c.rule = rule;
    c.dilation_height = c.dilation_width = dilation;
    c.output.height =
        k::window_count(input.height, padding.top, padding.bottom, kernel.height, stride.height, dilation);
    c.output.width = k::window_count(input.width, padding.left, padding.right, kernel.width, stride.width, dilation);
    return c;
}
constexpr k::avg_pool2d_config mean(k::image_layout input, extent kernel, extent stride, k::sides padding,
                                    k::avg_pool_rule rule, bool include_pad = true, int divisor = 0) {
    auto c = window<k::avg_pool2d_config>(input, kernel, stride, padding);
    c.rule = rule;
    c.count_include_pad = include_pad;
    c.divisor_override = divisor;
    return c;
}
constexpr k::adaptive_avg_pool2d_config adaptive(k::image_layout input, extent out, k::avg_pool_rule rule) {
    return {2, input, {out.height, out.width, input.channels}, rule};
}

/// run(input, output) with the scalar and with the vector kernel.
template <class Code, class Scalar, class Simd>
void compare(const char* what, const k::image_layout& in, const k::image_layout& out, int seed, data kind,
             const Scalar& scalar, const Simd& simd) {
    numbers rng(static_cast<std::uint32_t>(seed));
    const auto x = codes<Code>(static_cast<std::size_t>(2 * in.image()), kind, rng);
    std::vector<Code> expected(static_cast<std::size_t>(2 * out.image()), Code{1}), got = expected;
    scalar(x.data() + in.origin(), expected.data() + out.origin());
    simd(x.data() + in.origin(), got.data() + out.origin());
    expect_equal(expected, got, what, in.channels, in.width);
}

template <k::max_pool2d_config Config, class Code>
void largest_case() {
    for (const data kind : all_data) {
        const int lo = k::lowest_code<Code>;
        compare<Code>(
            "max_pool2d", Config.input, Config.output, 31, kind,
            [&](const Code* x, Code* y) { k::scalar::max_pool2d<Config, Code>({x, y, lo + 20, lo + 230}); },
            [&](const Code* x, Code* y) { k::simd::max_pool2d<arch, Config, Code>({x, y, lo + 20, lo + 230}); });
    }
}
template <k::avg_pool2d_config Config, class Code>
void mean_case() {
    for (const data kind : all_data)
        for (int z = k::lowest_code<Code>; z <= k::highest_code<Code>; z += 51) {
            const int lo = k::lowest_code<Code> + z % 2;
            compare<Code>(
                "avg_pool2d", Config.input, Config.output, 37, kind,
                [&](const Code* x, Code* y) { k::scalar::avg_pool2d<Config, Code>({x, y, z, lo}); },
                [&](const Code* x, Code* y) { k::simd::avg_pool2d<arch, Config, Code>({x, y, z, lo}); });
        }
}
template <k::adaptive_avg_pool2d_config Config, class Code>
void adaptive_case() {
    for (const data kind : all_data)
        for (int z = k::lowest_code<Code>; z <= k::highest_code<Code>; z += 51)
            compare<Code>(
                "adaptive_avg_pool2d", Config.input, Config.output, 41, kind,
                [&](const Code* x, Code* y) { k::scalar::adaptive_avg_pool2d<Config, Code>({x, y, z}); },
                [&](const Code* x, Code* y) { k::simd::adaptive_avg_pool2d<arch, Config, Code>({x, y, z}); });
}

constexpr k::image_layout haloed{6, 5, 19, {1, 0, 2, 1}};
constexpr k::image_layout slice{5, 6, 16, {}, 21};

}  // namespace

int main() {
    using enum k::avg_pool_rule;
    largest_case<largest({6, 6, 1}, {2, 2}, {2, 2}, {}), std::uint8_t>();
    largest_case<largest({7, 5, 17}, {3, 3}, {2, 2}, {1, 1, 1, 1}), std::int8_t>();
    largest_case<largest(haloed, {3, 2}, {1, 1}, {1, 0, 0, 1}), std::uint8_t>();
    largest_case<largest(slice, {2, 3}, {1, 2}, {0, 1, 1, 1}), std::int8_t>();
    largest_case<largest({8, 8, 70}, {3, 3}, {1, 1}, {1, 1, 1, 1}, k::max_pool_rule::clamp_coordinates, 2),
                 std::uint8_t>();
    largest_case<largest({8, 7, 5}, {2, 2}, {1, 1}, {1, 1, 1, 1}, k::max_pool_rule::ignore_padding, 3), std::int8_t>();

    mean_case<mean({6, 6, 3}, {2, 2}, {2, 2}, {}, round_then_zero_point), std::uint8_t>();
    mean_case<mean({7, 5, 17}, {3, 3}, {2, 2}, {1, 1, 1, 1}, round_then_zero_point, false), std::int8_t>();
    mean_case<mean(haloed, {3, 2}, {1, 1}, {1, 1, 0, 0}, zero_point_then_round), std::uint8_t>();
    mean_case<mean(slice, {3, 3}, {1, 1}, {1, 0, 1, 0}, mobile), std::uint8_t>();
    mean_case<mean({5, 5, 64}, {5, 5}, {1, 1}, {}, round_then_zero_point, true, 7), std::int8_t>();
    mean_case<mean({6, 6, 16}, {3, 3}, {2, 2}, {1, 1, 1, 1}, tflite, false), std::int8_t>();
    mean_case<mean({25, 5, 5}, {25, 5}, {1, 1}, {}, tflite), std::int8_t>();

    adaptive_case<adaptive({7, 7, 33}, {1, 1}, round_then_zero_point), std::uint8_t>();
    adaptive_case<adaptive({7, 5, 3}, {3, 2}, round_then_zero_point), std::int8_t>();
    adaptive_case<adaptive(haloed, {4, 3}, zero_point_then_round), std::uint8_t>();
    adaptive_case<adaptive(slice, {2, 5}, zero_point_then_round), std::int8_t>();
    return finish("pool");
}
