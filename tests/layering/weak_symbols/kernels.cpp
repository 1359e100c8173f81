// SPDX-License-Identifier: BSL-1.0
// Every vector kernel with every policy, rule and code type, for the arch of the flags. check.sh compiles this file for
// several arches and compares the weak symbols of the objects.
#include <quantype/kernel/simd/kernels.hpp>

namespace {

namespace k = quantype::kernel;
namespace rq = quantype::requantize;
using arch = k::simd::default_arch;
static_assert(k::simd::vector_arch<arch>);
using u8 = std::uint8_t;
using s8 = std::int8_t;

constexpr k::conv2d_config conv(int channels, int out, int kernel, int groups, bool weight_zero_point) {
    k::conv2d_config c{};
    c.input = {9, 9, channels};
    c.kernel_height = c.kernel_width = kernel;
    c.groups = groups;
    c.padding = {kernel / 2, kernel / 2, kernel / 2, kernel / 2};
    c.weight_zero_point = weight_zero_point;
    c.output = {c.output_height(), c.output_width(), out};
    return c;
}
constexpr k::max_pool2d_config max_pool{1, {8, 8, 21}, {4, 4, 21}, 2, 2, 2, 2};
constexpr k::avg_pool2d_config avg_pool(k::avg_pool_rule rule) {
    k::avg_pool2d_config c{1, {8, 8, 21}, {4, 4, 21}, 2, 2, 2, 2};
    c.rule = rule;
    return c;
}
constexpr k::elementwise_config strided{2, {5, 40}, {0, 1}, {40, 1}, {40, 1}};
constexpr k::conv_transpose2d_config transposed{1, {3, 4, 5}, {7, 9, 17}, 3, 3, 2, 2, 1, 1, 0, 0};

template <class Policy, class In, class Out>
void products(void* args) {
    const auto& conv_args = *static_cast<const k::conv2d_args<In, Out, typename Policy::params>*>(args);
    const auto& linear_args = *static_cast<const k::linear_args<In, Out, typename Policy::params>*>(args);
    const auto& matmul_args = *static_cast<const k::matmul_args<In, In, Out, typename Policy::params>*>(args);
    k::simd::linear<arch, k::linear_config{7, 33, 40}, Policy, k::simd::proven_products>(linear_args);
    k::simd::linear<arch, k::linear_config{1, 64, 40, 0, 0, true}, Policy>(linear_args);
    k::simd::conv2d<arch, conv(3, 20, 3, 1, false), Policy>(conv_args);
    k::simd::conv2d<arch, conv(32, 20, 1, 1, true), Policy>(conv_args);
    k::simd::conv2d<arch, conv(80, 80, 3, 80, false), Policy>(conv_args);
    k::simd::conv2d<arch, conv(6, 9, 3, 3, false), Policy>(conv_args);
    k::simd::conv3d<arch, k::conv3d_config{1, 4, 6, {3, 4, 4}, {2, 2, 2}}, Policy>(conv_args);
    k::simd::conv_transpose2d<arch, transposed, Policy>(conv_args);
    k::simd::matmul<arch, k::matmul_config{2, 5, 17, 33}, Policy>(matmul_args);
}

template <class Rule, class In>
void binary(void* args) {
    const auto& a = *static_cast<const k::elementwise_args<In, In, In, typename Rule::params>*>(args);
    k::simd::add<arch, k::elementwise(100), Rule>(a);
    k::simd::mul<arch, strided, Rule>(a);
}

template <class Code>
void others(void* args) {
    constexpr k::rows_config rows{3, 70};
    k::simd::lookup<arch, rows>(*static_cast<const k::lookup_args<Code, u8>*>(args));
    k::simd::clamp<arch, rows>(*static_cast<const k::clamp_args<Code>*>(args));
    k::simd::batch_norm<arch, rows>(*static_cast<const k::batch_norm_args<Code, Code>*>(args));
    k::simd::softmax<arch, rows>(*static_cast<const k::softmax_args<Code, Code>*>(args));
    k::simd::softmax_q31<arch, rows>(*static_cast<const k::softmax_q31_args<Code, Code>*>(args));
    k::simd::max_pool2d<arch, max_pool>(*static_cast<const k::max_pool2d_args<Code>*>(args));
    const auto& averages = *static_cast<const k::avg_pool2d_args<Code>*>(args);
    k::simd::avg_pool2d<arch, avg_pool(k::avg_pool_rule::round_then_zero_point)>(averages);
    k::simd::avg_pool2d<arch, avg_pool(k::avg_pool_rule::tflite)>(averages);
    k::simd::adaptive_avg_pool2d<
        arch, k::adaptive_avg_pool2d_config{1, {7, 7, 40}, {2, 3, 40}, k::avg_pool_rule::zero_point_then_round}>(
        averages);
    k::simd::cat<arch, k::cat_config{4, 2, {10, 90}}>(*static_cast<const k::cat_args<Code>*>(args));
    constexpr k::quantize_config real{1, {4, 5, 6}}, nchw{1, {4, 5, 6}, k::element_order::nchw};
    k::simd::quantize<arch, real>(*static_cast<const k::quantize_args<Code>*>(args));
    k::simd::quantize<arch, nchw>(*static_cast<const k::quantize_args<Code>*>(args));
    k::simd::dequantize<arch, nchw>(*static_cast<const k::dequantize_args<Code>*>(args));
    k::simd::permute<arch, k::permute_config{1, {4, 5, 6}, true}>(*static_cast<const k::permute_args<Code>*>(args));
    k::simd::pad<arch, k::pad_config{1, {4, 5, 6}, {6, 7, 6}, 1, 1}>(*static_cast<const k::pad_args<Code>*>(args));
    k::simd::fill_halo<arch, k::fill_halo_config{1, {4, 5, 6, {1, 1, 1, 1}}}>(
        *static_cast<const k::fill_halo_args<Code>*>(args));
}

}  // namespace

// Each object's own name, so that the kernels are not dropped as unused.
#define QUANTYPE_JOIN(a, b) a##b
#define QUANTYPE_NAME(arch) QUANTYPE_JOIN(all_kernels_, arch)
extern "C" void QUANTYPE_NAME(QUANTYPE_UNIT)(int which, void* args);
void QUANTYPE_NAME(QUANTYPE_UNIT)(int which, void* args) {
    using namespace quantype;
    switch (which) {
        case 0: return products<rq::qnnpack, u8, u8>(args);
        case 1: return products<rq::qnnpack, s8, u8>(args);
        case 2: return products<rq::onednn, u8, u8>(args);
        case 3: return products<rq::fbgemm, u8, s8>(args);
        case 4: return products<rq::tflite_double_rounding, s8, s8>(args);
        case 5: return products<rq::tflite_single_rounding, s8, s8>(args);
        case 6: return binary<add_rule::qnnpack, u8>(args);
        case 7: return binary<add_rule::float32, s8>(args);
        case 8: return binary<add_rule::tflite<rq::tflite_double_rounding>, s8>(args);
        case 9: return binary<add_rule::tflite<rq::tflite_single_rounding>, s8>(args);
        case 10: return binary<mul_rule::float32, u8>(args);
        case 11: return binary<mul_rule::requantized<rq::qnnpack>, u8>(args);
        case 12: return binary<mul_rule::requantized<rq::tflite_double_rounding>, s8>(args);
        case 13: return others<u8>(args);
        case 14: return others<s8>(args);
        default:
            k::simd::linear_dynamic<arch, k::linear_config{5, 64, 40}>(
                *static_cast<const k::linear_dynamic_args*>(args));
    }
}
