// SPDX-License-Identifier: BSL-1.0
// Depthwise convolution on batches against the scalar specification: ragged channel counts, strides, dilation, halos,
// slices, channel multipliers, more taps than float32 sums hold; extreme data; every policy.
#include "simd/convolutions.hpp"

namespace {

using namespace simd_test;

constexpr k::sides same3{1, 1, 1, 1};

constexpr k::conv2d_config deep(k::image_layout input, extent kernel, extent stride, k::sides padding,
                                k::sides halo = {}, extent dilation = {}) {
    return conv(input, input.channels, kernel, stride, padding, halo, dilation, input.channels);
}

}  // namespace

int main() {
    using namespace qz::requantize;
    conv2d_all<deep({5, 6, 16}, {3, 3}, {1, 1}, same3), qnnpack>();
    conv2d_all<deep({5, 6, 17}, {3, 3}, {2, 2}, same3), fbgemm>();
    conv2d_all<deep({4, 4, 64}, {3, 3}, {1, 1}, same3, same3), onednn>();
    conv2d_all<deep({7, 3, 3}, {3, 2}, {1, 2}, {1, 0, 1, 1}), qnnpack, std::int8_t, std::uint8_t>();
    conv2d_all<deep({3, 3, 5}, {5, 5}, {1, 1}, {2, 2, 2, 2}, {1, 0, 2, 1}), qnnpack, std::uint8_t, std::int8_t>();
    conv2d_all<deep({6, 9, 33}, {3, 3}, {1, 3}, {2, 2, 2, 2}, {}, {2, 2}), tflite_double_rounding, std::int8_t,
               std::int8_t>();
    conv2d_all<deep({4, 5, 70}, {2, 2}, {1, 1}, {0, 1, 0, 1}), tflite_single_rounding, std::int8_t, std::int8_t>();
    conv2d_all<deep({1, 9, 8}, {1, 9}, {1, 1}, {0, 0, 4, 4}), qnnpack>();
    conv2d_all<slice(deep({4, 4, 10}, {3, 3}, {1, 1}, same3)), qnnpack>();
    conv2d_all<with_weight_zero(deep({4, 4, 20}, {3, 3}, {1, 1}, same3)), qnnpack>();
    conv2d_all<with_weight_zero(deep({3, 260, 2}, {1, 257}, {1, 1}, {})), fbgemm>();
    conv2d_all<with_weight_zero(deep({2, 260, 2}, {1, 259}, {1, 1}, {})), fbgemm>();
    conv2d_all<conv({4, 4, 5}, 15, {3, 3}, {1, 1}, same3, {}, {1, 1}, 5), qnnpack>();
    conv2d_all<conv({3, 4, 1}, 20, {3, 3}, {1, 1}, same3), qnnpack>();
    conv2d_all<deep({3, 4, 1}, {3, 3}, {1, 1}, same3), qnnpack>();
    return finish("depthwise2d");
}
