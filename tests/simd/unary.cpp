// SPDX-License-Identifier: BSL-1.0
// Ops of one operand on batches against the scalar specification: lookup, clamp, quantize, dequantize, cat, batch norm,
// permute, pad, fill_halo. All 256 codes, ragged lengths, strides, halos, both element orders.
#include <quantype/kernel/scalar/batch_norm.hpp>
#include <quantype/kernel/scalar/cat.hpp>
#include <quantype/kernel/scalar/layout.hpp>
#include <quantype/kernel/scalar/lookup.hpp>
#include <quantype/kernel/simd/batch_norm.hpp>
#include <quantype/kernel/simd/cat.hpp>
#include <quantype/kernel/simd/layout.hpp>
#include <quantype/kernel/simd/lookup.hpp>
#include <quantype/kernel/simd/quantize.hpp>

#include "simd/support.hpp"

namespace {

using namespace simd_test;
constexpr std::size_t room = 8192;

template <k::rows_config Config, class Code>
void table_and_clamp() {
    numbers rng(11);
    auto x = codes<Code>(room, data::random, rng);
    for (std::size_t i = 0; i < 256; ++i) x[i] = static_cast<Code>(i);
    k::lookup_table<std::int8_t> table{};
    for (auto& entry : table) entry = static_cast<std::int8_t>(rng.between(-128, 127));
    std::vector<std::int8_t> expected(room), got(room);
    k::scalar::lookup<Config, Code, std::int8_t>({x.data(), expected.data(), &table});
    k::simd::lookup<arch, Config, Code, std::int8_t>({x.data(), got.data(), &table});
    expect_equal(expected, got, "lookup", Config.rows, Config.length);
    constexpr int lo = k::lowest_code<Code>, hi = k::highest_code<Code>;
    for (const auto& [low, high] : {std::pair{lo, hi}, {lo + 10, hi - 100}, {lo + 128, lo + 128}, {hi, hi}}) {
        std::vector<Code> wanted(room), given(room);
        k::scalar::clamp<Config, Code>({x.data(), wanted.data(), low, high});
        k::simd::clamp<arch, Config, Code>({x.data(), given.data(), low, high});
        expect_equal(wanted, given, "clamp", low, high);
    }
}

template <k::rows_config Config, class In, class Out>
void normalise() {
    numbers rng(13);
    const auto x = codes<In>(room, data::random, rng);
    std::vector<k::batch_norm_params> p(static_cast<std::size_t>(Config.length));
    for (auto& c : p) c = {rng.real(-2.0f, 2.0f), rng.real(-50.0f, 50.0f)};
    std::vector<Out> expected(room), got(room);
    k::batch_norm_args<In, Out> args{x.data(), p.data(), expected.data(), k::lowest_code<In> + 100,
                                     k::lowest_code<Out> + 33};
    k::scalar::batch_norm<Config>(args);
    args.output = got.data();
    k::simd::batch_norm<arch, Config>(args);
    expect_equal(expected, got, "batch_norm", Config.rows, Config.length);
}

template <class Code>
void rows() {
    table_and_clamp<k::rows_config{1, 256}, Code>();
    table_and_clamp<k::rows_config{5, 1, 3, 2}, Code>();
    table_and_clamp<k::rows_config{3, 67, 70, 80}, Code>();
    table_and_clamp<k::rows_config{2, 15}, Code>();
    normalise<k::rows_config{3, 256}, Code, Code>();
    normalise<k::rows_config{4, 1, 3, 2}, Code, std::uint8_t>();
    normalise<k::rows_config{7, 19, 20, 21}, Code, std::int8_t>();
    normalise<k::rows_config{2, 131}, Code, Code>();
}

std::vector<float> reals() {
    numbers rng(17);
    std::vector<float> v(room);
    for (std::size_t i = 0; i < room; ++i) {
        v[i] = rng.real(-40.0f, 40.0f);
        if (i % 5 == 0) v[i] = static_cast<float>(rng.between(-600, 600)) * 0.0625f;  // ties of scale 0.125
        if (i % 97 == 0) v[i] = (i % 2 ? 1.0f : -1.0f) * 1e30f;
        if (i % 101 == 0) v[i] = (i % 2 ? 1e-42f : -0.0f);
    }
    return v;
}

template <k::quantize_config Config, class Code>
void borders() {
    static const std::vector<float> x = reals();
    const auto size = static_cast<std::size_t>(Config.batch * Config.codes.image());
    const auto offset = Config.codes.origin();
    for (const float scale : {0.125f, 0.0371f, 1.0f})
        for (const int zero : {0, 5, 127, 255}) {
            const int z = zero + k::lowest_code<Code>;
            std::vector<Code> expected(size, Code{9}), got(size, Code{9});
            k::scalar::quantize<Config, Code>({x.data(), expected.data() + offset, 1.0f / scale, z});
            k::simd::quantize<arch, Config, Code>({x.data(), got.data() + offset, 1.0f / scale, z});
            expect_equal(expected, got, "quantize", z);
            const int low = k::lowest_code<Code>, lo = low + 10, hi = low + 127;
            k::scalar::quantize<Config, Code>({x.data(), expected.data() + offset, 1.0f / scale, z, lo, hi});
            k::simd::quantize<arch, Config, Code>({x.data(), got.data() + offset, 1.0f / scale, z, lo, hi});
            expect_equal(expected, got, "quantize within bounds", z);
            std::vector<float> wanted(room, 1.0f), given(room, 1.0f);
            k::scalar::dequantize<Config, Code>({expected.data() + offset, wanted.data(), scale, z});
            k::simd::dequantize<arch, Config, Code>({expected.data() + offset, given.data(), scale, z});
            expect_equal(wanted, given, "dequantize", z);
        }
}

constexpr k::image_layout haloed{3, 5, 7, {1, 2, 2, 1}};
constexpr k::image_layout slice{4, 3, 5, {0, 1, 1, 0}, 8};

template <class Code>
void all_borders() {
    using enum k::element_order;
    borders<k::quantize_config{1, {1, 1, 4099}}, Code>();
    borders<k::quantize_config{2, {4, 5, 3}}, Code>();
    borders<k::quantize_config{2, {4, 5, 3}, nchw}, Code>();
    borders<k::quantize_config{2, {3, 37, 3, {1, 0, 2, 1}}, nchw}, Code>();
    borders<k::quantize_config{2, haloed}, Code>();
    borders<k::quantize_config{2, haloed, nchw}, Code>();
    borders<k::quantize_config{1, slice}, Code>();
    borders<k::quantize_config{1, slice, nchw}, Code>();
    borders<k::quantize_config{1, {2, 70, 1}, nchw}, Code>();
}

template <k::cat_config Config, class Code>
void join() {
    numbers rng(19);
    std::vector<std::vector<Code>> parts;
    k::cat_args<Code> args{};
    for (int i = 0; i < Config.count; ++i) {
        parts.push_back(codes<Code>(static_cast<std::size_t>(Config.outer * Config.lengths[i]), data::random, rng));
        args.inputs[i] = {parts.back().data(), rng.real(0.01f, 0.2f), rng.between(0, 255) + k::lowest_code<Code>,
                          i == 1};
    }
    args.inverse_output_scale = 1.0f / 0.11f;
    args.output_zero_point = k::lowest_code<Code> + 40;
    args.output_lo = k::lowest_code<Code> + 2;
    const auto size = static_cast<std::size_t>(Config.outer * Config.total());
    std::vector<Code> expected(size), got(size);
    args.output = expected.data();
    k::scalar::cat<Config>(args);
    args.output = got.data();
    k::simd::cat<arch, Config>(args);
    expect_equal(expected, got, "cat", Config.outer, Config.count);
}

template <k::image_layout Layout, class Code>
void copies() {
    numbers rng(23);
    const auto size = static_cast<std::size_t>(2 * Layout.image());
    const auto image = codes<Code>(room, data::random, rng);
    const auto offset = Layout.origin();
    std::vector<Code> a(room, Code{1}), b(room, Code{1});
    k::scalar::permute<k::permute_config{2, Layout, true}, Code>({image.data() + offset, a.data()});
    k::simd::permute<arch, k::permute_config{2, Layout, true}, Code>({image.data() + offset, b.data()});
    expect_equal(a, b, "permute to nchw");
    k::scalar::permute<k::permute_config{2, Layout, false}, Code>({image.data(), a.data() + offset});
    k::simd::permute<arch, k::permute_config{2, Layout, false}, Code>({image.data(), b.data() + offset});
    expect_equal(a, b, "permute from nchw");
    k::scalar::fill_halo<k::fill_halo_config{2, Layout}, Code>({a.data() + offset, 42});
    k::simd::fill_halo<arch, k::fill_halo_config{2, Layout}, Code>({b.data() + offset, 42});
    expect_equal(a, b, "fill_halo");
    constexpr k::pad_config config{2, Layout, {Layout.height + 3, Layout.width + 2, Layout.channels}, 1, 2};
    std::vector<Code> c(room, Code{1}), d(room, Code{1});
    k::scalar::pad<config, Code>({image.data() + offset, c.data(), 3});
    k::simd::pad<arch, config, Code>({image.data() + offset, d.data(), 3});
    expect_equal(c, d, "pad", static_cast<int>(size));
}

}  // namespace

int main() {
    rows<std::uint8_t>();
    rows<std::int8_t>();
    all_borders<std::uint8_t>();
    all_borders<std::int8_t>();
    join<k::cat_config{1, 3, {5, 70, 131}}, std::uint8_t>();
    join<k::cat_config{9, 4, {1, 3, 16, 17}}, std::uint8_t>();
    join<k::cat_config{9, 2, {64, 8}}, std::int8_t>();
    join<k::cat_config{2, 1, {7}}, std::int8_t>();
    copies<k::image_layout{4, 5, 3}, std::uint8_t>();
    copies<haloed, std::int8_t>();
    copies<slice, std::uint8_t>();
    return finish("unary");
}
