// SPDX-License-Identifier: BSL-1.0
// Linear and convolutions: small cases in the compiler; halos, strides, groups and zero points by properties.
#include <quantype/kernel/scalar/conv2d.hpp>
#include <quantype/kernel/scalar/conv3d.hpp>
#include <quantype/kernel/scalar/conv_transpose2d.hpp>
#include <quantype/kernel/scalar/layout.hpp>
#include <quantype/kernel/scalar/linear.hpp>
#include <quantype/kernel/scalar/linear_dynamic.hpp>

#include <array>
#include <random>
#include <vector>

#include "support/catch.hpp"

using namespace quantype;
using policy = requantize::qnnpack;
using u8 = std::uint8_t;
using s8 = std::int8_t;

namespace {

constexpr auto linear_in_compiler() {
    constexpr kernel::linear_config config{2, 3, 2};
    const u8 x[6] = {10, 11, 12, 9, 10, 20};
    const s8 w[6] = {1, 2, 3, -1, 0, 1};
    const policy::params p[2] = {{4, 0.5f}, {0, 1.0f}};
    std::array<u8, 4> y{};
    kernel::linear_args<u8, u8, policy::params> args{x, w, p, y.data(), 10};
    args.output_zero_point = 100;
    kernel::scalar::linear<config, policy>(args);
    return y;
}
// (0 + 2 + 6 + 4) / 2 = 6; 2 - 0 = 2; (-1 + 0 + 30 + 4) / 2 = 16.5 -> 16; 1 + 10 = 11
static_assert(linear_in_compiler() == std::array<u8, 4>{106, 102, 116, 111});

constexpr auto conv_in_compiler() {
    constexpr kernel::conv2d_config config{
        .input = {2, 3, 1}, .output = {2, 3, 1}, .kernel_height = 1, .kernel_width = 3, .padding = {0, 0, 1, 1}};
    const s8 x[6] = {1, 2, 3, 4, 5, 6};
    const s8 w[3] = {1, 0, -1};
    const policy::params p[1] = {{0, 1.0f}};
    std::array<s8, 6> y{};
    kernel::scalar::conv2d<config, policy>(kernel::conv2d_args<s8, s8, policy::params>{x, w, p, y.data()});
    return y;
}
static_assert(conv_in_compiler() == std::array<s8, 6>{-2, -2, 2, -5, -2, 5});

struct random_source {
    std::mt19937 engine{12345};
    int operator()(int lo, int hi) { return lo + static_cast<int>(engine() % static_cast<unsigned>(hi - lo + 1)); }
    template <class Code>
    std::vector<Code> codes(std::ptrdiff_t n, int lo, int hi) {
        std::vector<Code> v(static_cast<std::size_t>(n));
        for (Code& c : v) c = static_cast<Code>((*this)(lo, hi));
        return v;
    }
};

// A random valid convolution with at most 3 x 3 taps.
kernel::conv2d_config random_config(random_source& random) {
    kernel::conv2d_config c;
    do {
        c.batch = random(1, 2);
        c.groups = random(1, 3);
        c.input = {random(1, 7), random(1, 7), c.groups * random(1, 3)};
        c.kernel_height = random(1, 3);
        c.kernel_width = random(1, 3);
        c.stride_height = random(1, 3);
        c.stride_width = random(1, 2);
        c.dilation_height = random(1, 2);
        c.dilation_width = random(1, 2);
        c.padding = {random(0, 2), random(0, 2), random(0, 2), random(0, 2)};
        c.output = {1, 1, c.groups * random(1, 4)};
        c.output.height = c.output_height();
        c.output.width = c.output_width();
        c.weight_zero_point = random(0, 1) == 1;
    } while (!c.valid());
    return c;
}

struct fixture {
    kernel::conv2d_config config;
    std::vector<u8> x, y;
    std::vector<s8> w;
    std::vector<policy::params> p;
    kernel::conv2d_args<u8, u8, policy::params> args;

    explicit fixture(random_source& random) : config(random_config(random)) {
        x = random.codes<u8>(config.batch * config.input.image(), 0, 255);
        w = random.codes<s8>(config.out_channels() * config.depth(), -128, 127);
        for (int o = 0; o < config.out_channels(); ++o)
            p.push_back({random(-3000, 3000), 1.0f / static_cast<float>(random(100, 900))});
        y.resize(static_cast<std::size_t>(config.batch * config.output.image()));
        args = {x.data(), w.data(), p.data(), y.data(), random(0, 255), random(-9, 9), random(0, 255), 0, 255};
    }
    std::vector<u8> run() {
        kernel::scalar::conv2d_loop<policy>(config, args);
        return y;
    }
};

}  // namespace

TEST_CASE("conv2d: a halo of zero points changes nothing; the output's own strides are respected") {
    random_source random;
    for (int i = 0; i < 200; ++i) {
        fixture f(random);
        const std::vector<u8> expected = f.run();
        kernel::conv2d_config haloed = f.config;
        haloed.input.halo = {random(0, 3), random(0, 3), random(0, 3), random(0, 3)};
        haloed.input.row_stride = haloed.input.row() + random(0, 5);
        haloed.output.halo = {1, 1, 1, 1};
        haloed.output.pixel_stride = haloed.output.channels + 2;
        const kernel::image_layout &in = haloed.input, &out = haloed.output;
        std::vector<u8> wide(static_cast<std::size_t>(haloed.batch * in.image()), 99);
        std::vector<u8> result(static_cast<std::size_t>(haloed.batch * out.image()), 77);
        u8* const origin = wide.data() + in.origin();
        kernel::scalar::pad_loop<u8>({haloed.batch, f.config.input, in, 0, 0}, {f.x.data(), origin, 0});
        kernel::scalar::fill_halo_loop<u8>({haloed.batch, in}, {origin, f.args.input_zero_point});
        f.args.input = origin;
        f.args.output = result.data() + out.origin();
        kernel::scalar::conv2d_loop<policy>(haloed, f.args);
        std::size_t written = 0;
        for (int n = 0; n < haloed.batch; ++n)
            for (int y = 0; y < out.height; ++y)
                for (int x = 0; x < out.width; ++x)
                    for (int c = 0; c < out.channels; ++c)
                        REQUIRE(f.args.output[out.at(n, y, x) + c] == expected[written++]);
        for (std::ptrdiff_t k = 0; k < out.origin(); ++k) REQUIRE(result[static_cast<std::size_t>(k)] == 77);
    }
}

TEST_CASE("conv2d: one tap over one pixel is linear") {
    random_source random;
    for (int i = 0; i < 50; ++i) {
        const int rows = random(1, 5), k = random(1, 40), n = random(1, 9);
        const auto x = random.codes<u8>(rows * k, 0, 255);
        const auto w = random.codes<s8>(n * k, -128, 127);
        const std::vector<policy::params> p(static_cast<std::size_t>(n), {17, 0.003f});
        std::vector<u8> a(static_cast<std::size_t>(rows * n)), b(a.size());
        kernel::linear_args<u8, u8, policy::params> linear{x.data(), w.data(), p.data(), a.data(), 3, 2, 100};
        kernel::scalar::linear_loop<policy>({rows, k, n, 0, 0, true}, linear);
        kernel::conv2d_args<u8, u8, policy::params> conv{x.data(), w.data(), p.data(), b.data(), 3, 2, 100};
        kernel::conv2d_config config{.batch = 1, .input = {1, rows, k}, .output = {1, rows, n}};
        config.weight_zero_point = true;
        kernel::scalar::conv2d_loop<policy>(config, conv);
        REQUIRE(a == b);
    }
}

TEST_CASE("conv3d: depth one is conv2d") {
    random_source random;
    int run = 0;
    while (run < 50) {
        fixture f(random);
        const kernel::conv2d_config& c = f.config;
        if (c.padding.top != c.padding.bottom || c.padding.left != c.padding.right) continue;
        const std::vector<u8> expected = f.run();
        const kernel::conv3d_config volume{c.batch,
                                           c.input.channels,
                                           c.output.channels,
                                           {1, c.input.height, c.input.width},
                                           {1, c.kernel_height, c.kernel_width},
                                           {1, c.stride_height, c.stride_width},
                                           {0, c.padding.top, c.padding.left},
                                           {1, c.dilation_height, c.dilation_width},
                                           c.groups,
                                           c.weight_zero_point};
        REQUIRE(volume.valid());
        kernel::scalar::conv3d_loop<policy>(volume, f.args);
        REQUIRE(f.y == expected);
        ++run;
    }
}

TEST_CASE("conv_transpose2d: stride one is a convolution with mirrored taps and full padding") {
    random_source random;
    for (int i = 0; i < 50; ++i) {
        const int h = random(1, 5), w = random(1, 5), in = random(1, 4), out = random(1, 4), kh = random(1, 3),
                  kw = random(1, 3);
        const auto x = random.codes<u8>(h * w * in, 0, 255);
        const auto weight = random.codes<s8>(out * kh * kw * in, -128, 127);
        std::vector<s8> mirrored(weight.size());
        for (int o = 0; o < out; ++o)
            for (int t = 0; t < kh * kw; ++t)
                for (int c = 0; c < in; ++c)
                    mirrored[static_cast<std::size_t>((o * kh * kw + kh * kw - 1 - t) * in + c)] =
                        weight[static_cast<std::size_t>((o * kh * kw + t) * in + c)];
        const std::vector<policy::params> p(static_cast<std::size_t>(out), {5, 0.004f});
        const kernel::image_layout result{h + kh - 1, w + kw - 1, out};
        std::vector<u8> a(static_cast<std::size_t>(result.image())), b(a.size());
        const kernel::conv_transpose2d_config t{1, {h, w, in}, result, kh, kw};
        REQUIRE(t.valid());
        kernel::scalar::conv_transpose2d_loop<policy>(t, kernel::conv_transpose2d_args<u8, u8, policy::params>{
                                                             x.data(), weight.data(), p.data(), a.data(), 9, 0, 80});
        kernel::conv2d_config c{
            .batch = 1, .input = {h, w, in}, .output = result, .kernel_height = kh, .kernel_width = kw};
        c.padding = {kh - 1, kh - 1, kw - 1, kw - 1};
        REQUIRE(c.valid());
        kernel::scalar::conv2d_loop<policy>(
            c, kernel::conv2d_args<u8, u8, policy::params>{x.data(), mirrored.data(), p.data(), b.data(), 9, 0, 80});
        REQUIRE(a == b);
    }
}

// Codes of torch.ops.quantized.conv_transpose3d in torch 1.13.1, engine onednn, for the numbers that the test makes:
// input (1, 4, 2, 2, 2) of scale 2^-6 and zero point 120, weight (4, 3, 2, 3, 2) of scale 2^-7, output scale 0.05. (The
// engine qnnpack of that version takes the axes of this op in a wrong order.)
TEST_CASE("conv_transpose3d: PyTorch's codes") {
    using rule = requantize::onednn;
    const int expected[6 * 16] = {109, 86,  106, 93,  103, 99,  100, 106, 128, 94,  137, 89,  77,  142, 94,  113,
                                  134, 111, 131, 117, 127, 123, 124, 130, 127, 118, 135, 113, 156, 87,  94,  138,
                                  134, 111, 130, 117, 126, 123, 123, 129, 150, 116, 158, 111, 100, 166, 119, 138,
                                  138, 135, 133, 140, 128, 145, 124, 150, 113, 176, 134, 151, 141, 144, 148, 138,
                                  122, 120, 117, 124, 112, 129, 107, 134, 152, 80,  94,  136, 101, 129, 107, 122,
                                  121, 119, 116, 123, 111, 128, 106, 132, 96,  159, 119, 135, 125, 128, 131, 121};
    kernel::conv3d_config c{1, 4, 6, {2, 2, 2}, {2, 3, 2}, {2, 1, 2}, {1, 2, 0}, {1, 2, 1}, 2};
    c.transposed = true;
    REQUIRE((c.valid() && c.output(0) == 2 && c.output(1) == 2 && c.output(2) == 4));
    std::vector<u8> x(32), y(96);
    for (int i = 0; i < 32; ++i)  // NCDHW to NDHWC
        x[static_cast<std::size_t>(i % 8 * 4 + i / 8)] = static_cast<u8>((i * 37 + 11) % 256);
    std::vector<s8> w(144);
    for (int i = 0; i < 144; ++i) {  // (in, out / groups, taps) to (out, taps, in / groups)
        const int in = i / 36, out = in / 2 * 3 + i / 12 % 3;
        w[static_cast<std::size_t>((out * 12 + i % 12) * 2 + in % 2)] = static_cast<s8>((i * 53 + 7) % 255 - 127);
    }
    std::vector<rule::params> p;
    for (int o = 0; o < 6; ++o) {
        const auto made = rule::make(
            {1.0 / 64, 1.0 / 128, static_cast<double>(0.05f), static_cast<float>(o * 37 % 127 - 63) / 64.0f});
        REQUIRE(static_cast<bool>(made));
        p.push_back(made.params);
    }
    kernel::scalar::conv3d_loop<rule>(
        c, kernel::conv3d_args<u8, u8, rule::params>{x.data(), w.data(), p.data(), y.data(), 120, 0, 128});
    for (int i = 0; i < 96; ++i)
        CHECK(static_cast<int>(y[static_cast<std::size_t>(i % 16 * 6 + i / 16)]) == expected[i]);
}

TEST_CASE("linear_dynamic: exact for weights and inputs that are whole steps") {
    const float x[4] = {0.0f, 255.0f, 3.0f, 4.0f};  // scale 1, zero point 0
    const s8 w[4] = {1, 0, -1, 2};
    const float scales[2] = {0.5f, 2.0f}, bias[2] = {1.0f, -1000.0f};
    u8 codes[4] = {};
    float y[4] = {};
    kernel::linear_dynamic_args args{x, codes, w, scales, bias, y};
    args.relu = true;
    kernel::scalar::linear_dynamic<kernel::linear_config{2, 2, 2}>(args);
    CHECK(y[0] == 1.0f);
    CHECK(y[1] == 20.0f);
    CHECK(y[2] == 2.5f);
    CHECK(y[3] == 0.0f);
}
