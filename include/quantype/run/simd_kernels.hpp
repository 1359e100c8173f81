// SPDX-License-Identifier: BSL-1.0
// The xsimd kernels as one set, for the executor: `convert(prepared).with<simd_kernels<>>()`. Same bits as
// scalar_kernels.
#pragma once
#include <quantype/kernel/scalar/kernels.hpp>
#include <quantype/kernel/simd/kernels.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// The kernels of one architecture; by default the best that this translation unit is compiled for. Where xsimd has
/// none, the scalar kernels. Products: kernel::simd::exact_products or proven_products
/// (kernel/simd/product_choice.hpp). Threads: no_threads, or how large calls are split over a host's threads:
/// openmp_threads (run/openmp_threads.hpp), or a policy after kernel/simd/threads.hpp.
template <class Arch = kernel::simd::default_arch, class Products = kernel::simd::exact_products,
          class Threads = no_threads>
struct simd_kernels {
    static_assert(std::is_same_v<Threads, no_threads> || kernel::simd::vector_arch<Arch>,
                  "quantype: the scalar kernels run on one thread");
    using arch = Arch;
    static constexpr const char* name = kernel::simd::arch_name<Arch>().data();

    /// The form that the products below take weights and channels in.
    template <class Config>
    static constexpr kernel::product_form form(const Config& c, bool signed_input) {
        return kernel::simd::form_of<Arch, Products>(c, signed_input);
    }

    template <kernel::quantize_config C, class Out>
    static void quantize(const kernel::quantize_args<Out>& a) {
        kernel::simd::quantize<Arch, C, Out, Threads>(a);
    }
    template <kernel::quantize_config C, class In>
    static void dequantize(const kernel::dequantize_args<In>& a) {
        kernel::simd::dequantize<Arch, C, In, Threads>(a);
    }
    template <kernel::permute_config C, class Code>
    static void permute(const kernel::permute_args<Code>& a) {
        kernel::simd::permute<Arch, C>(a);
    }
    template <kernel::linear_config C, class Policy, class In, class Out>
    static void linear(const kernel::linear_args<In, Out, typename Policy::params>& a) {
        kernel::simd::linear<Arch, C, Policy, Products, Threads>(a);
    }
    template <kernel::conv2d_config C, class Policy, class In, class Out>
    static void conv2d(const kernel::conv2d_args<In, Out, typename Policy::params>& a) {
        kernel::simd::conv2d<Arch, C, Policy, Products, Threads>(a);
    }
    template <kernel::conv2d_add_config C, class Rule, class In, class Addend, class Out>
    static void conv2d_add(const kernel::conv2d_add_args<In, Addend, Out, Rule>& a) {
        kernel::simd::conv2d_add<Arch, C, Rule>(a);
    }
    template <kernel::conv3d_config C, class Policy, class In, class Out>
    static void conv3d(const kernel::conv3d_args<In, Out, typename Policy::params>& a) {
        kernel::simd::conv3d<Arch, C, Policy>(a);
    }
    template <kernel::linear_config C>
    static void linear_dynamic(const kernel::linear_dynamic_args& a) {
        kernel::simd::linear_dynamic<Arch, C>(a);
    }
    template <kernel::embedding_config C>
    static void embedding(const kernel::embedding_args& a) {
        kernel::simd::embedding<Arch, C>(a);
    }
    template <kernel::elementwise_config C, class Rule, class A, class B, class Out>
    static void elementwise(const kernel::elementwise_args<A, B, Out, typename Rule::params>& a) {
        kernel::simd::elementwise<Arch, C, Rule, A, B, Out, Threads>(a);
    }
    template <kernel::rows_config C, class In, class Out>
    static void lookup(const kernel::lookup_args<In, Out>& a) {
        kernel::simd::lookup<Arch, C>(a);
    }
    template <kernel::rows_config C, class Code>
    static void clamp(const kernel::clamp_args<Code>& a) {
        kernel::simd::clamp<Arch, C>(a);
    }
    template <kernel::rows_config C, class In, class Out>
    static void softmax(const kernel::softmax_args<In, Out>& a) {
        kernel::simd::softmax<Arch, C>(a);
    }
    template <kernel::rows_config C, class In, class Out>
    static void softmax_q31(const kernel::softmax_q31_args<In, Out>& a) {
        kernel::simd::softmax_q31<Arch, C>(a);
    }
    template <kernel::max_pool2d_config C, class Code>
    static void max_pool2d(const kernel::max_pool2d_args<Code>& a) {
        kernel::simd::max_pool2d<Arch, C, Code, Threads>(a);
    }
    template <kernel::avg_pool2d_config C, class Code>
    static void avg_pool2d(const kernel::avg_pool2d_args<Code>& a) {
        kernel::simd::avg_pool2d<Arch, C, Code, Threads>(a);
    }
    template <kernel::adaptive_avg_pool2d_config C, class Code>
    static void adaptive_avg_pool2d(const kernel::avg_pool2d_args<Code>& a) {
        kernel::simd::adaptive_avg_pool2d<Arch, C, Code, Threads>(a);
    }
    template <kernel::rows_config C, class In, class Out>
    static void batch_norm(const kernel::batch_norm_args<In, Out>& a) {
        kernel::simd::batch_norm<Arch, C>(a);
    }
    template <kernel::matmul_config C, class Policy, class A, class B, class Out>
    static void matmul(const kernel::matmul_args<A, B, Out, typename Policy::params>& a) {
        kernel::simd::matmul<Arch, C, Policy>(a);
    }
    template <kernel::cat_config C, class Code>
    static void cat(const kernel::cat_args<Code>& a) {
        kernel::simd::cat<Arch, C>(a);
    }
    template <kernel::conv_transpose2d_config C, class Policy, class In, class Out>
    static void conv_transpose2d(const kernel::conv_transpose2d_args<In, Out, typename Policy::params>& a) {
        kernel::simd::conv_transpose2d<Arch, C, Policy>(a);
    }

    // The scalar kernels themselves: they move codes, or are bound by the order of their float sums and by memory; a
    // vector form would not pay.
    template <kernel::max_pool3d_config C, class Code>
    static void max_pool3d(const kernel::max_pool3d_args<Code>& a) {
        kernel::scalar::max_pool3d<C>(a);
    }
    template <kernel::avg_pool3d_config C, class Code>
    static void avg_pool3d(const kernel::avg_pool3d_args<Code>& a) {
        kernel::scalar::avg_pool3d<C>(a);
    }
    template <kernel::resize_config C, class Code>
    static void resize(const kernel::resize_args<Code>& a) {
        kernel::scalar::resize<C>(a);
    }
    template <kernel::transpose_config C, class Code>
    static void transpose(const kernel::transpose_args<Code>& a) {
        kernel::scalar::transpose<C>(a);
    }
    template <kernel::normalize_config C, class In, class Out>
    static void normalize(const kernel::normalize_args<In, Out>& a) {
        kernel::scalar::normalize<C>(a);
    }
    template <kernel::channel_lookup_config C, class In, class Out>
    static void channel_lookup(const kernel::channel_lookup_args<In, Out>& a) {
        kernel::scalar::channel_lookup<C>(a);
    }
};

QUANTYPE_END_NAMESPACE
