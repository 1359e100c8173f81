// SPDX-License-Identifier: BSL-1.0
// The convolution with an addend on batches against the scalar specification: ragged widths, groups, slices, codes of
// either sign.
#include <quantype/kernel/scalar/conv2d_add.hpp>
#include <quantype/kernel/simd/conv2d_add.hpp>

#include "simd/convolutions.hpp"

namespace {

using namespace simd_test;
using rule = qz::conv_add_rule::onednn;

constexpr k::sides same3{1, 1, 1, 1};

template <k::conv2d_add_config Config, class In, class Addend, class Out>
void compare(data kind, int seed) {
    constexpr k::conv2d_config c = Config.conv;
    numbers rng(static_cast<std::uint32_t>(seed) + 300U);
    auto x = codes<In>(static_cast<std::size_t>(c.batch * c.input.image()), kind, rng);
    const auto e = codes<Addend>(static_cast<std::size_t>(c.batch * Config.addend.image()), kind, rng);
    const auto w = codes<std::int8_t>(static_cast<std::size_t>(c.out_channels() * c.depth()), kind, rng);
    const auto p = channels<rule::channel>(c.out_channels(), c.depth(), seed % 3 == 2, rng);
    std::vector<Out> expected(static_cast<std::size_t>(c.batch * c.output.image()), Out{5}), got = expected;
    auto args = arguments<k::conv2d_add_args<In, Addend, Out, rule>>(x, w, p, expected, rng);
    args.addend = e.data();
    args.whole = {rng.real(0.1f, 2.0f)};
    args.addend_zero_point = rng.between(k::lowest_code<Addend>, k::highest_code<Addend>);
    fill_halo(c.input, c.batch, x, args.input_zero_point);
    args.input = x.data() + c.input.origin();
    k::scalar::conv2d_add<Config, rule>(args);
    args.output = got.data();
    k::simd::conv2d_add<arch, Config, rule>(args);
    expect_equal(expected, got, "onednn", c.input.channels, c.out_channels());
}

template <k::conv2d_config Conv, class In = std::uint8_t, class Addend = std::uint8_t, class Out = std::uint8_t>
void all() {
    constexpr k::image_layout dense{Conv.output.height, Conv.output.width, Conv.output.channels};
    for (const data kind : all_data)
        for (int seed = 0; seed < 3; ++seed) compare<k::conv2d_add_config{Conv, dense}, In, Addend, Out>(kind, seed);
}

}  // namespace

int main() {
    all<conv({4, 6, 17}, 33, {3, 3}, {1, 1}, same3, {1, 1, 1, 1})>();
    all<conv({5, 4, 16}, 16, {1, 1}, {1, 1}, {}), std::uint8_t, std::int8_t>();
    all<conv({5, 5, 8}, 12, {3, 3}, {2, 1}, same3, {}, {1, 1}, 4), std::int8_t, std::uint8_t, std::int8_t>();
    all<conv({4, 4, 6}, 6, {3, 3}, {1, 1}, same3, {}, {1, 1}, 6)>();
    all<slice(conv({1, 3, 12}, 5, {1, 1}, {1, 1}, {}))>();
    return finish("conv2d_add");
}
