// SPDX-License-Identifier: BSL-1.0
// Products in 16-bit pairs, where they are proven: by the weights of a block of output channels, for all codes 0..255;
// or by the codes that a layer's input holds. Against the scalar specification, with the largest pairs that fit.
#include "simd/convolutions.hpp"
#include "simd/linears.hpp"

namespace {

using namespace simd_test;
using proven = k::simd::proven_products;
constexpr k::sides same3{1, 1, 1, 1};

constexpr k::linear_config bounded(k::linear_config c, int lo, int hi) {
    c.input_lo = lo;
    c.input_hi = hi;
    return c;
}
constexpr k::conv2d_config bounded(k::conv2d_config c, int lo, int hi) {
    c.input_lo = lo;
    c.input_hi = hi;
    return c;
}

/// The proof itself at its edge: 255 * 128 and 255 * -128 fit 16 bits, one more does not.
int check_proof() {
    const auto fits = [](std::int8_t a, std::int8_t b) {
        const std::int8_t w[2] = {a, b};
        k::weight_layout l{1, 1, 2, 2, 8, 1};
        l.pair_group = 4;
        return l.pairs_fit(w, 0);
    };
    const bool good = fits(64, 64) && !fits(64, 65) && fits(-64, -64) && !fits(-64, -65) && fits(127, -128) &&
                      fits(1, 127) && !fits(2, 127) && fits(-128, 0) && !fits(-128, -1) && fits(-128, 127);
    if (!good) std::printf("FAILED proof of pairs\n");
    return good ? 0 : 1;
}

/// Both orders must have been tested together, where the arch has the second one.
int check_mixture() {
    numbers rng(1);
    const auto w = weights<proven>(192, 64, data::random, rng);
    const k::weight_layout l = k::simd::form_of<arch, proven>(k::linear_config{8, 64, 192}, false).matrix;
    int in_pairs = 0;
    for (int b = 0; b < l.blocks(); ++b) in_pairs += l.pairs_fit(w.data(), b);
    std::printf("%d of %d blocks in pairs\n", in_pairs, l.blocks());
    const bool good =
        l.pair_group == 0 ? !k::simd::detail::has_byte_pairs<arch> : in_pairs > 0 && in_pairs < l.blocks();
    if (!good) std::printf("FAILED: the layer was to have blocks of both orders\n");
    return good ? 0 : 1;
}

}  // namespace

int main() {
    using namespace qz::requantize;
    using u8 = std::uint8_t;
    using s8 = std::int8_t;
    linear_all<k::linear_config{8, 64, 192}, qnnpack, u8, u8, proven>();
    linear_all<k::linear_config{1, 37, 130}, fbgemm, u8, u8, proven>();
    linear_all<k::linear_config{5, 40, 65, 44, 70}, onednn, u8, s8, proven>();
    linear_all<k::linear_config{3, 12, 40}, qnnpack, s8, s8, proven>();
    conv2d_all<conv({6, 7, 3}, 48, {3, 3}, {2, 2}, same3), qnnpack, u8, u8, proven>();
    conv2d_all<conv({5, 4, 16}, 96, {1, 1}, {1, 1}, {}), fbgemm, u8, u8, proven>();
    conv2d_all<conv({4, 4, 12}, 80, {3, 3}, {1, 1}, same3, {}, {1, 1}, 2), qnnpack, u8, u8, proven>();

    linear_all<bounded(k::linear_config{7, 63, 33}, 0, 127), fbgemm>();
    linear_all<bounded(k::linear_config{4, 32, 48}, 0, 127), qnnpack>();
    linear_all<bounded(k::linear_config{4, 30, 48}, -64, 63), qnnpack, s8, s8>();
    linear_all<bounded(k::linear_config{1, 128, 40}, 10, 110), onednn>();
    conv2d_all<bounded(conv({6, 7, 3}, 20, {3, 3}, {2, 2}, same3), 0, 127), fbgemm>();
    conv2d_all<bounded(conv({6, 7, 5}, 20, {3, 2}, {1, 1}, same3, {}, {1, 1}), -64, 63), qnnpack, s8, s8>();
    conv2d_all<bounded(conv({5, 4, 24}, 17, {1, 1}, {1, 1}, {}), 0, 127), onednn>();
    conv2d_all<bounded(conv({5, 4, 24}, 24, {3, 3}, {1, 1}, same3, {}, {1, 1}, 24), 0, 127), qnnpack>();
    return finish("proven_products") | check_proof() | check_mixture();
}
