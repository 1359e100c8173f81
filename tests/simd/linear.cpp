// SPDX-License-Identifier: BSL-1.0
// The linear layer on batches against the scalar specification: ragged shapes, strides, extreme data, every policy.
#include <quantype/kernel/scalar/linear.hpp>
#include <quantype/kernel/simd/linear.hpp>
#include <quantype/numerics/requantize_activation.hpp>
#include <quantype/numerics/requantize_q31.hpp>

#include "simd/products.hpp"

namespace {

using namespace simd_test;

template <k::linear_config Config, class Policy, class In, class Out>
void compare(data kind, int seed) {
    numbers rng(static_cast<std::uint32_t>(seed));
    const auto x = codes<In>(static_cast<std::size_t>(Config.rows * Config.input_row()), kind, rng);
    const auto w = codes<std::int8_t>(static_cast<std::size_t>(Config.in_features * Config.out_features), kind, rng);
    const auto p = channels<Policy>(Config.out_features, Config.in_features, seed % 3 == 2, rng);
    std::vector<Out> expected(static_cast<std::size_t>(Config.rows * Config.output_row()), Out{5}), got = expected;
    auto args = arguments<k::linear_args<In, Out, typename Policy::params>>(x, w, p, expected, rng);
    k::scalar::linear<Config, Policy>(args);
    args.output = got.data();
    const packed_product<Policy> packed(k::simd::form_of<arch>(Config, k::lowest_code<In> < 0), args,
                                        Config.in_features);
    k::simd::linear<arch, Config, Policy>(args);
    expect_equal(expected, got, name_of<Policy>(), Config.rows, Config.in_features);
}

template <k::linear_config Config, class Policy, class In = std::uint8_t, class Out = std::uint8_t>
void all() {
    for (const data kind : all_data)
        for (int seed = 0; seed < 3; ++seed) compare<Config, Policy, In, Out>(kind, seed);
}

}  // namespace

int main() {
    using namespace qz::requantize;
    all<k::linear_config{1, 1, 1}, qnnpack>();
    all<k::linear_config{1, 64, 10}, qnnpack, std::int8_t, std::int8_t>();
    all<k::linear_config{3, 37, 17, 40, 19}, fbgemm>();
    all<k::linear_config{4, 16, 16}, onednn>();
    all<k::linear_config{5, 20, 33}, qnnpack>();
    all<k::linear_config{7, 3, 5}, qnnpack, std::int8_t, std::uint8_t>();
    all<k::linear_config{9, 130, 64}, fbgemm, std::uint8_t, std::int8_t>();
    all<k::linear_config{6, 64, 1}, onednn>();
    all<k::linear_config{5, 12, 18}, onednn_leaky_relu>();
    all<k::linear_config{2, 20, 7}, onednn_leaky_relu, std::int8_t, std::int8_t>();
    all<k::linear_config{4, 9, 19}, onednn_tanh>();
    all<k::linear_config{16, 12, 31, 12, 40}, tflite_double_rounding, std::int8_t, std::int8_t>();
    all<k::linear_config{2, 15, 18}, tflite_double_rounding, std::int8_t, std::int8_t>();
    all<k::linear_config{8, 65, 16}, tflite_single_rounding, std::int8_t, std::int8_t>();
    all<k::linear_config{4, 24, 40, 0, 0, true}, qnnpack>();
    all<k::linear_config{1, 50, 9, 0, 0, true}, qnnpack, std::int8_t, std::uint8_t>();
    all<k::linear_config{5, 7, 20, 0, 0, true}, qnnpack>();
    all<k::linear_config{4, 1100, 70}, qnnpack>();
    return finish("linear");
}
