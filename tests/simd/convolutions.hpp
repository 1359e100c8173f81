// SPDX-License-Identifier: BSL-1.0
// Makers of convolution configs, and the comparison that the tests of convolutions share.
#pragma once
#include <quantype/kernel/scalar/conv2d.hpp>
#include <quantype/kernel/simd/conv2d.hpp>

#include "simd/products.hpp"

namespace simd_test {

struct extent {
    int height = 1;
    int width = 1;
};

/// Batch 2; the output's extents follow. The halo lies around the input in memory.
constexpr k::conv2d_config conv(k::image_layout input, int out_channels, extent kernel, extent stride, k::sides padding,
                                k::sides halo = {}, extent dilation = {}, int groups = 1) {
    k::conv2d_config c{};
    c.batch = 2;
    c.input = input;
    c.input.halo = halo;
    c.kernel_height = kernel.height;
    c.kernel_width = kernel.width;
    c.stride_height = stride.height;
    c.stride_width = stride.width;
    c.dilation_height = dilation.height;
    c.dilation_width = dilation.width;
    c.padding = padding;
    c.groups = groups;
    c.output = {c.output_height(), c.output_width(), out_channels};
    return c;
}
/// Input and output are slices of wider images.
constexpr k::conv2d_config slice(k::conv2d_config c) {
    c.input.pixel_stride = c.input.channels + 3;
    c.output.pixel_stride = c.output.channels + 2;
    return c;
}
constexpr k::conv2d_config with_weight_zero(k::conv2d_config c) {
    c.weight_zero_point = true;
    return c;
}

/// The halo must hold the zero point; everything else is data.
template <class In>
void fill_halo(const k::image_layout& l, int batch, std::vector<In>& x, int zero_point) {
    In* origin = x.data() + l.origin();
    for (int n = 0; n < batch; ++n)
        for (int i = -l.halo.top; i < l.height + l.halo.bottom; ++i)
            for (int j = -l.halo.left; j < l.width + l.halo.right; ++j)
                for (int c = 0; c < l.channels && !l.inside(i, j); ++c)
                    origin[l.at(n, i, j) + c] = static_cast<In>(zero_point);
}

template <k::conv2d_config Config, class Policy, class Products, class In, class Out>
void conv2d_case(data kind, int seed) {
    numbers rng(static_cast<std::uint32_t>(seed) + 100U);
    auto x =
        input_codes<Config.input_codes(), In>(static_cast<std::size_t>(Config.batch * Config.input.image()), kind, rng);
    const auto w = weights<Products>(Config.out_channels(), Config.depth(), kind, rng);
    const auto p = channels<Policy>(Config.out_channels(), Config.depth(), seed % 3 == 2, rng);
    std::vector<Out> expected(static_cast<std::size_t>(Config.batch * Config.output.image()), Out{5}), got = expected;
    auto args =
        arguments<k::conv2d_args<In, Out, typename Policy::params>, Config.input_codes()>(x, w, p, expected, rng);
    fill_halo(Config.input, Config.batch, x, args.input_zero_point);
    args.input = x.data() + Config.input.origin();
    k::scalar::conv2d<Config, Policy>(args);
    args.output = got.data();
    const packed_product<Policy> packed(k::simd::form_of<arch, Products>(Config, k::lowest_code<In> < 0), args,
                                        Config.depth());
    k::simd::conv2d<arch, Config, Policy, Products>(args);
    expect_equal(expected, got, name_of<Policy>(), Config.input.channels, Config.out_channels());
}

template <k::conv2d_config Config, class Policy, class In = std::uint8_t, class Out = std::uint8_t,
          class Products = k::simd::exact_products>
void conv2d_all() {
    for (const data kind : all_data)
        for (int seed = 0; seed < 3; ++seed) conv2d_case<Config, Policy, Products, In, Out>(kind, seed);
}

}  // namespace simd_test
