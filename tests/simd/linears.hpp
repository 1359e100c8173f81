// SPDX-License-Identifier: BSL-1.0
// The comparison that the tests of linear layers share.
#pragma once
#include <quantype/kernel/scalar/linear.hpp>
#include <quantype/kernel/simd/linear.hpp>

#include "simd/products.hpp"

namespace simd_test {

template <k::linear_config Config, class Policy, class Products, class In, class Out>
void linear_case(data kind, int seed) {
    numbers rng(static_cast<std::uint32_t>(seed));
    const auto x =
        input_codes<Config.input_codes(), In>(static_cast<std::size_t>(Config.rows * Config.input_row()), kind, rng);
    const auto w = weights<Products>(Config.out_features, Config.in_features, kind, rng);
    const auto p = channels<Policy>(Config.out_features, Config.in_features, seed % 3 == 2, rng);
    std::vector<Out> expected(static_cast<std::size_t>(Config.rows * Config.output_row()), Out{5}), got = expected;
    auto args =
        arguments<k::linear_args<In, Out, typename Policy::params>, Config.input_codes()>(x, w, p, expected, rng);
    k::scalar::linear<Config, Policy>(args);
    args.output = got.data();
    const packed_product<Policy> packed(k::simd::form_of<arch, Products>(Config, k::lowest_code<In> < 0), args,
                                        Config.in_features);
    k::simd::linear<arch, Config, Policy, Products>(args);
    expect_equal(expected, got, name_of<Policy>(), Config.rows, Config.in_features);
}

template <k::linear_config Config, class Policy, class In = std::uint8_t, class Out = std::uint8_t,
          class Products = k::simd::exact_products>
void linear_all() {
    for (const data kind : all_data)
        for (int seed = 0; seed < 3; ++seed) linear_case<Config, Policy, Products, In, Out>(kind, seed);
}

}  // namespace simd_test
