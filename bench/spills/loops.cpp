// SPDX-License-Identifier: BSL-1.0
// One function for each hot loop, for the arch of the flags; spills.py reads their disassembly. QUANTYPE_FEW leaves out
// what is not a product.
#include <quantype/kernel/simd/kernels.hpp>

namespace {

namespace k = quantype::kernel;
using arch = k::simd::default_arch;
static_assert(k::simd::arch_name<arch>() == QUANTYPE_EXPECT_ARCH, "compiled for another level than asked for");
using u8 = std::uint8_t;
using policy = quantype::requantize::qnnpack;
using product_args = k::conv2d_args<u8, u8, policy::params>;
using linear_args = k::linear_args<u8, u8, policy::params>;

constexpr k::conv2d_config conv(int side, int in, int out, int kernel, int stride, int groups = 1) {
    k::conv2d_config c{};
    c.input = {side, side, in, {kernel / 2, kernel / 2, kernel / 2, kernel / 2}};
    c.kernel_height = c.kernel_width = kernel;
    c.stride_height = c.stride_width = stride;
    c.groups = groups;
    c.padding = {kernel / 2, kernel / 2, kernel / 2, kernel / 2};
    c.output = {c.output_height(), c.output_width(), out};
    return c;
}
constexpr k::conv2d_config in_pairs(k::conv2d_config c) {
    c.input_hi = 127;
    return c;
}

}  // namespace

extern "C" {
void linear(const linear_args& a) { k::simd::linear<arch, k::linear_config{48, 256, 256}, policy>(a); }
void conv_3x3(const product_args& a) { k::simd::conv2d<arch, conv(14, 64, 64, 3, 1), policy>(a); }
void conv_pairs(const product_args& a) { k::simd::conv2d<arch, in_pairs(conv(14, 64, 64, 3, 1)), policy>(a); }
void depthwise(const product_args& a) { k::simd::conv2d<arch, conv(28, 64, 64, 3, 1, 64), policy>(a); }
#ifndef QUANTYPE_FEW
void linear_row(const linear_args& a) { k::simd::linear<arch, k::linear_config{1, 640, 128}, policy>(a); }
void conv_1x1(const product_args& a) { k::simd::conv2d<arch, conv(14, 64, 384, 1, 1), policy>(a); }
void conv_16(const product_args& a) { k::simd::conv2d<arch, conv(32, 16, 16, 3, 1), policy>(a); }
void stem(const product_args& a) { k::simd::conv2d<arch, conv(224, 3, 32, 3, 2), policy>(a); }
void depthwise_s2(const product_args& a) { k::simd::conv2d<arch, conv(28, 64, 64, 3, 2, 64), policy>(a); }
void depthwise_8(const product_args& a) { k::simd::conv2d<arch, conv(48, 8, 8, 3, 1, 8), policy>(a); }
using add_rule = quantype::add_rule::qnnpack;
void add(const k::elementwise_args<u8, u8, u8, add_rule::params>& a) {
    k::simd::add<arch, k::elementwise(4096), add_rule>(a);
}
void max_pool(const k::max_pool2d_args<u8>& a) {
    k::simd::max_pool2d<arch, k::max_pool2d_config{1, {56, 56, 64}, {28, 28, 64}, 2, 2, 2, 2}>(a);
}
void mean(const k::avg_pool2d_args<u8>& a) {
    k::simd::adaptive_avg_pool2d<arch, k::adaptive_avg_pool2d_config{1, {7, 7, 64}, {1, 1, 64}}>(a);
}
void quantize(const k::quantize_args<u8>& a) { k::simd::quantize<arch, k::quantize_config{1, {1, 1, 4096}}>(a); }
#endif
}
