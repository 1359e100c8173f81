// SPDX-License-Identifier: BSL-1.0
// Convolution on batches against the scalar specification: stems, pointwise, strides, dilation, groups, asymmetric
// padding, halos, channel slices; extreme data; every policy. Depthwise is in depthwise2d.cpp.
#include <quantype/kernel/scalar/conv2d.hpp>
#include <quantype/kernel/simd/conv2d.hpp>

#include "simd/convolutions.hpp"

namespace {

using namespace simd_test;

constexpr k::sides same3{1, 1, 1, 1};

}  // namespace

int main() {
    using namespace qz::requantize;
    conv2d_all<conv({6, 7, 3}, 16, {3, 3}, {2, 2}, same3), qnnpack>();
    conv2d_all<conv({9, 9, 1}, 5, {5, 3}, {1, 2}, {2, 1, 0, 1}), fbgemm>();
    conv2d_all<conv({1, 40, 1}, 8, {1, 4}, {1, 2}, {0, 0, 1, 1}), tflite_double_rounding, std::int8_t, std::int8_t>();
    conv2d_all<conv({5, 4, 16}, 16, {1, 1}, {1, 1}, {}), onednn>();
    conv2d_all<conv({5, 4, 64}, 17, {1, 1}, {2, 2}, {}), qnnpack>();
    conv2d_all<conv({3, 3, 5}, 64, {1, 1}, {1, 1}, {}), qnnpack, std::int8_t, std::uint8_t>();
    conv2d_all<conv({4, 6, 16}, 17, {3, 3}, {1, 1}, same3, {1, 1, 1, 1}), qnnpack>();
    conv2d_all<conv({4, 6, 17}, 16, {3, 3}, {1, 1}, same3, {2, 1, 1, 3}), fbgemm, std::uint8_t, std::int8_t>();
    conv2d_all<conv({7, 7, 6}, 4, {3, 2}, {1, 2}, {2, 0, 1, 1}, {}, {2, 3}), qnnpack>();
    conv2d_all<conv({5, 5, 8}, 12, {3, 3}, {2, 1}, same3, {0, 1, 1, 0}, {1, 1}, 4), qnnpack>();
    conv2d_all<conv({4, 4, 6}, 9, {2, 2}, {1, 1}, {}, {}, {1, 1}, 3), tflite_single_rounding, std::int8_t,
               std::int8_t>();
    conv2d_all<conv({1, 1, 3}, 1, {3, 3}, {1, 1}, same3), onednn>();
    conv2d_all<slice(conv({4, 3, 12}, 10, {1, 1}, {1, 1}, {})), qnnpack>();
    conv2d_all<slice(conv({4, 5, 5}, 7, {3, 3}, {1, 1}, same3)), fbgemm>();
    conv2d_all<with_weight_zero(conv({4, 4, 4}, 18, {3, 3}, {1, 1}, same3)), qnnpack>();
    conv2d_all<with_weight_zero(conv({3, 5, 7}, 6, {1, 1}, {1, 1}, {})), qnnpack, std::int8_t, std::int8_t>();
    return finish("conv2d");
}
