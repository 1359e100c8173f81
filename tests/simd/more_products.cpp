// SPDX-License-Identifier: BSL-1.0
// 3-d and transposed convolution, matmul, the dynamic linear layer and embedding tables on batches against the scalar
// specification.
#include <quantype/kernel/scalar/conv3d.hpp>
#include <quantype/kernel/scalar/conv_transpose2d.hpp>
#include <quantype/kernel/scalar/embedding.hpp>
#include <quantype/kernel/scalar/linear_dynamic.hpp>
#include <quantype/kernel/scalar/matmul.hpp>
#include <quantype/kernel/simd/conv3d.hpp>
#include <quantype/kernel/simd/conv_transpose2d.hpp>
#include <quantype/kernel/simd/embedding.hpp>
#include <quantype/kernel/simd/linear_dynamic.hpp>
#include <quantype/kernel/simd/matmul.hpp>

#include "simd/products.hpp"

namespace {

using namespace simd_test;

template <k::conv3d_config Config, class Policy, class In = std::uint8_t, class Out = std::uint8_t>
void volumes() {
    constexpr int depth = Config.in_channels / Config.groups * Config.kernel[0] * Config.kernel[1] * Config.kernel[2];
    constexpr int in = Config.batch * Config.input[0] * Config.input[1] * Config.input[2] * Config.in_channels;
    constexpr int out = Config.batch * Config.output(0) * Config.output(1) * Config.output(2) * Config.out_channels;
    for (const data kind : all_data) {
        numbers rng(51);
        const auto x = codes<In>(static_cast<std::size_t>(in), kind, rng);
        const auto w = codes<std::int8_t>(static_cast<std::size_t>(depth * Config.out_channels), kind, rng);
        const auto p = channels<Policy>(Config.out_channels, depth, true, rng);
        std::vector<Out> expected(static_cast<std::size_t>(out)), got = expected;
        auto args = arguments<k::conv3d_args<In, Out, typename Policy::params>>(x, w, p, expected, rng);
        k::scalar::conv3d<Config, Policy>(args);
        args.output = got.data();
        k::simd::conv3d<arch, Config, Policy>(args);
        expect_equal(expected, got, "conv3d", Config.in_channels, Config.out_channels);
    }
}

template <k::conv_transpose2d_config Config, class Policy, class In = std::uint8_t, class Out = std::uint8_t>
void transposed() {
    constexpr int depth = Config.input.channels / Config.groups * Config.kernel_height * Config.kernel_width;
    for (const data kind : all_data) {
        numbers rng(53);
        const auto x = codes<In>(static_cast<std::size_t>(Config.batch * Config.input.image()), kind, rng);
        const auto w = codes<std::int8_t>(static_cast<std::size_t>(depth * Config.output.channels), kind, rng);
        const auto p = channels<Policy>(Config.output.channels, depth, true, rng);
        std::vector<Out> expected(static_cast<std::size_t>(Config.batch * Config.output.image())), got = expected;
        auto args = arguments<k::conv_transpose2d_args<In, Out, typename Policy::params>>(x, w, p, expected, rng);
        k::scalar::conv_transpose2d<Config, Policy>(args);
        args.output = got.data();
        k::simd::conv_transpose2d<arch, Config, Policy>(args);
        expect_equal(expected, got, "conv_transpose2d", Config.input.channels, Config.output.channels);
    }
}

template <k::matmul_config Config, class Policy, class A = std::uint8_t, class B = std::uint8_t>
void matrices() {
    for (const data kind : all_data) {
        numbers rng(57);
        const auto a = codes<A>(static_cast<std::size_t>(Config.batch * Config.rows * Config.depth), kind, rng);
        const auto b = codes<B>(static_cast<std::size_t>(Config.batch * Config.depth * Config.columns), kind, rng);
        std::vector<A> expected(static_cast<std::size_t>(Config.batch * Config.rows * Config.columns)), got = expected;
        const auto made = Policy::make({0.05, 0.01, 0.3, 0.0f});
        k::matmul_args<A, B, A, typename Policy::params> args{};
        args.a = a.data();
        args.b = b.data();
        args.output = expected.data();
        args.params = made.params;
        args.a_zero_point = rng.between(k::lowest_code<A>, k::highest_code<A>);
        args.b_zero_point = rng.between(k::lowest_code<B>, k::highest_code<B>);
        args.output_zero_point = k::lowest_code<A> + 100;
        k::scalar::matmul<Config, Policy>(args);
        args.output = got.data();
        k::simd::matmul<arch, Config, Policy>(args);
        expect_equal(expected, got, "matmul", Config.rows, Config.depth);
    }
}

template <k::linear_config Config>
void dynamic() {
    for (int seed = 0; seed < 12; ++seed) {
        numbers rng(static_cast<std::uint32_t>(seed));
        const float lo = seed % 3 == 0 ? 0.0f : -3.0f, hi = seed % 3 == 1 ? 0.0f : 4.5f;
        std::vector<float> x(static_cast<std::size_t>(Config.rows * Config.in_features));
        for (float& v : x) v = seed == 11 ? 0.0f : rng.real(lo, hi) * (seed == 10 ? 1e-6f : 1.0f);
        const auto w =
            codes<std::int8_t>(static_cast<std::size_t>(Config.in_features * Config.out_features), data::random, rng);
        std::vector<float> scales(static_cast<std::size_t>(Config.out_features)), bias = scales;
        for (float& s : scales) s = rng.real(0.001f, 0.1f);
        for (float& b : bias) b = rng.real(-2.0f, 2.0f);
        std::vector<std::uint8_t> room(x.size()), other(x.size());
        std::vector<float> expected(static_cast<std::size_t>(Config.rows * Config.output_row())), got = expected;
        k::linear_dynamic_args args{x.data(),
                                    room.data(),
                                    w.data(),
                                    scales.data(),
                                    seed % 2 ? bias.data() : nullptr,
                                    expected.data(),
                                    rng.between(-128, 127),
                                    seed % 4 == 1,
                                    seed % 5 == 2};
        k::scalar::linear_dynamic<Config>(args);
        args.output = got.data();
        args.codes = other.data();
        k::simd::linear_dynamic<arch, Config>(args);
        expect_equal(expected, got, "linear_dynamic", Config.rows, Config.in_features);
        expect_equal(room, other, "linear_dynamic codes", Config.rows, Config.in_features);
    }
}

/// Bags of every length, empty ones too; without offsets all of one length.
template <k::embedding_config Config>
void tables(bool with_offsets) {
    numbers rng(71);
    const auto table =
        codes<std::uint8_t>(static_cast<std::size_t>(Config.rows * Config.row_bytes()), data::random, rng);
    std::vector<k::embedding_row> rows(static_cast<std::size_t>(Config.rows));
    for (k::embedding_row& r : rows) r = {rng.real(0.001f, 0.1f), rng.real(-2.0f, 2.0f)};
    std::vector<std::int64_t> indices(static_cast<std::size_t>(Config.indices)),
        offsets(static_cast<std::size_t>(Config.bags));
    for (std::int64_t& i : indices) i = rng.below(Config.rows);
    for (std::size_t b = 1; b < offsets.size(); ++b)
        offsets[b] = offsets[b - 1] + rng.below(Config.indices - static_cast<int>(offsets[b - 1]) + 1);
    std::vector<float> expected(static_cast<std::size_t>(Config.bags * Config.dimension)), got = expected;
    k::embedding_args args{table.data(), rows.data(), indices.data(), with_offsets ? offsets.data() : nullptr,
                           expected.data()};
    k::scalar::embedding<Config>(args);
    args.output = got.data();
    k::simd::embedding<arch, Config>(args);
    expect_equal(expected, got, "embedding", Config.dimension, Config.bits);
}

}  // namespace

int main() {
    using namespace qz::requantize;
    volumes<k::conv3d_config{2, 3, 17, {4, 5, 3}, {3, 2, 3}, {1, 2, 1}, {1, 1, 1}}, qnnpack>();
    volumes<k::conv3d_config{1, 4, 6, {3, 4, 4}, {2, 2, 2}, {1, 1, 1}, {0, 1, 0}, {1, 2, 1}, 2}, fbgemm>();
    volumes<k::conv3d_config{1, 5, 5, {3, 3, 2}, {1, 3, 2}, {1, 1, 1}, {0, 1, 1}, {1, 1, 1}, 5, true}, qnnpack,
            std::int8_t, std::int8_t>();

    volumes<k::conv3d_config{
                2, 4, 17, {2, 3, 3}, {3, 2, 3}, {2, 1, 2}, {1, 0, 1}, {1, 2, 1}, 1, false, true, {1, 0, 0}},
            qnnpack>();
    volumes<k::conv3d_config{1, 4, 6, {3, 2, 2}, {2, 2, 3}, {1, 2, 1}, {0, 1, 1}, {2, 1, 1}, 2, true, true}, fbgemm,
            std::int8_t, std::int8_t>();

    transposed<k::conv_transpose2d_config{2, {3, 4, 5}, {7, 9, 17}, 3, 3, 2, 2, 1, 1, 0, 0}, qnnpack>();
    transposed<k::conv_transpose2d_config{1, {4, 3, 8}, {6, 5, 6}, 2, 3, 2, 1, 1, 1, 1, 0, 2}, fbgemm>();
    transposed<k::conv_transpose2d_config{1, {3, 5, 3}, {5, 9, 4}, 3, 3, 1, 2, 2, 1, 1, 1, 1, true}, qnnpack,
               std::int8_t, std::uint8_t>();

    matrices<k::matmul_config{1, 1, 1, 1}, qnnpack>();
    matrices<k::matmul_config{2, 5, 17, 33}, qnnpack>();
    matrices<k::matmul_config{3, 2, 64, 9, true, false}, fbgemm, std::int8_t, std::int8_t>();
    matrices<k::matmul_config{2, 8, 6, 16, false, true}, qnnpack, std::uint8_t, std::int8_t>();
    matrices<k::matmul_config{1, 4, 130, 5}, tflite_double_rounding, std::int8_t, std::int8_t>();

    dynamic<k::linear_config{1, 37, 10}>();
    dynamic<k::linear_config{5, 16, 33}>();
    dynamic<k::linear_config{4, 9, 64, 0, 70, true}>();
    dynamic<k::linear_config{2, 64, 3, 0, 0, true}>();

    tables<k::embedding_config{20, 37, 12, 4}>(false);
    tables<k::embedding_config{20, 37, 12, 4}>(true);
    tables<k::embedding_config{9, 16, 5, 5, 4}>(false);
    tables<k::embedding_config{9, 7, 11, 6, 4}>(true);
    return finish("more_products");
}
