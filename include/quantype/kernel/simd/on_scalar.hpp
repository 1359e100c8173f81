// SPDX-License-Identifier: BSL-1.0
// The entries of this folder for scalar_arch: the kernels of kernel/scalar themselves. Without xsimd, nothing else is
// here, and code that asks for default_arch need not know.
#pragma once
#include <quantype/kernel/contract/packed.hpp>
#include <quantype/kernel/scalar/avg_pool2d.hpp>
#include <quantype/kernel/scalar/batch_norm.hpp>
#include <quantype/kernel/scalar/cat.hpp>
#include <quantype/kernel/scalar/conv2d.hpp>
#include <quantype/kernel/scalar/conv2d_add.hpp>
#include <quantype/kernel/scalar/conv3d.hpp>
#include <quantype/kernel/scalar/conv_transpose2d.hpp>
#include <quantype/kernel/scalar/elementwise.hpp>
#include <quantype/kernel/scalar/embedding.hpp>
#include <quantype/kernel/scalar/layout.hpp>
#include <quantype/kernel/scalar/linear.hpp>
#include <quantype/kernel/scalar/linear_dynamic.hpp>
#include <quantype/kernel/scalar/lookup.hpp>
#include <quantype/kernel/scalar/matmul.hpp>
#include <quantype/kernel/scalar/max_pool2d.hpp>
#include <quantype/kernel/scalar/quantize.hpp>
#include <quantype/kernel/scalar/softmax.hpp>
#include <quantype/kernel/scalar/softmax_q31.hpp>
#include <quantype/kernel/simd/product_choice.hpp>
#include <quantype/kernel/simd/threads.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd {

/// Not a vector arch.
template <class Arch>
concept no_vector_arch = !vector_arch<Arch>;

// Ops that multiply by weights and requantize by a policy; weights and channels as their contracts have them.
template <no_vector_arch Arch, class Products = exact_products, class Config>
constexpr product_form form_of(const Config&, bool) {
    return {};
}
template <no_vector_arch Arch, linear_config Config, class Policy, class Products = exact_products,
          class Threads = no_threads, code_type In, code_type Out>
constexpr void linear(const linear_args<In, Out, typename Policy::params>& args) {
    scalar::linear<Config, Policy>(args);
}
template <no_vector_arch Arch, conv2d_config Config, class Policy, class Products = exact_products,
          class Threads = no_threads, code_type In, code_type Out>
constexpr void conv2d(const conv2d_args<In, Out, typename Policy::params>& args) {
    scalar::conv2d<Config, Policy>(args);
}
template <no_vector_arch Arch, conv2d_add_config Config, class Rule, code_type In, code_type Addend, code_type Out>
constexpr void conv2d_add(const conv2d_add_args<In, Addend, Out, Rule>& args) {
    scalar::conv2d_add<Config, Rule>(args);
}
template <no_vector_arch Arch, conv3d_config Config, class Policy, code_type In, code_type Out>
constexpr void conv3d(const conv3d_args<In, Out, typename Policy::params>& args) {
    scalar::conv3d<Config, Policy>(args);
}
template <no_vector_arch Arch, conv_transpose2d_config Config, class Policy, code_type In, code_type Out>
constexpr void conv_transpose2d(const conv_transpose2d_args<In, Out, typename Policy::params>& args) {
    scalar::conv_transpose2d<Config, Policy>(args);
}
template <no_vector_arch Arch, matmul_config Config, class Policy, code_type A, code_type B, code_type Out>
constexpr void matmul(const matmul_args<A, B, Out, typename Policy::params>& args) {
    scalar::matmul<Config, Policy>(args);
}
template <no_vector_arch Arch, linear_config Config>
constexpr void linear_dynamic(const linear_dynamic_args& args) {
    scalar::linear_dynamic<Config>(args);
}

template <no_vector_arch Arch, embedding_config Config>
constexpr void embedding(const embedding_args& args) {
    scalar::embedding<Config>(args);
}

// Elementwise ops with a rule.
template <no_vector_arch Arch, elementwise_config Config, class Rule, code_type A, code_type B, code_type Out,
          class Threads = no_threads>
constexpr void elementwise(const elementwise_args<A, B, Out, typename Rule::params>& args) {
    scalar::elementwise<Config, Rule>(args);
}
template <no_vector_arch Arch, elementwise_config Config, class Rule, code_type A, code_type B, code_type Out>
constexpr void add(const elementwise_args<A, B, Out, typename Rule::params>& args) {
    scalar::add<Config, Rule>(args);
}
template <no_vector_arch Arch, elementwise_config Config, class Rule, code_type A, code_type B, code_type Out>
constexpr void mul(const elementwise_args<A, B, Out, typename Rule::params>& args) {
    scalar::mul<Config, Rule>(args);
}

// The rest.
template <no_vector_arch Arch, rows_config Config, code_type In, code_type Out>
constexpr void lookup(const lookup_args<In, Out>& args) {
    scalar::lookup<Config>(args);
}
template <no_vector_arch Arch, rows_config Config, code_type Code>
constexpr void clamp(const clamp_args<Code>& args) {
    scalar::clamp<Config>(args);
}
template <no_vector_arch Arch, rows_config Config, code_type In, code_type Out>
constexpr void batch_norm(const batch_norm_args<In, Out>& args) {
    scalar::batch_norm<Config>(args);
}
template <no_vector_arch Arch, rows_config Config, code_type In, code_type Out>
constexpr void softmax(const softmax_args<In, Out>& args) {
    scalar::softmax<Config>(args);
}
template <no_vector_arch Arch, rows_config Config, code_type In, code_type Out>
constexpr void softmax_q31(const softmax_q31_args<In, Out>& args) {
    scalar::softmax_q31<Config>(args);
}
template <no_vector_arch Arch, max_pool2d_config Config, code_type Code, class Threads = no_threads>
constexpr void max_pool2d(const max_pool2d_args<Code>& args) {
    scalar::max_pool2d<Config>(args);
}
template <no_vector_arch Arch, avg_pool2d_config Config, code_type Code, class Threads = no_threads>
constexpr void avg_pool2d(const avg_pool2d_args<Code>& args) {
    scalar::avg_pool2d<Config>(args);
}
template <no_vector_arch Arch, adaptive_avg_pool2d_config Config, code_type Code, class Threads = no_threads>
constexpr void adaptive_avg_pool2d(const avg_pool2d_args<Code>& args) {
    scalar::adaptive_avg_pool2d<Config>(args);
}
template <no_vector_arch Arch, cat_config Config, code_type Code>
constexpr void cat(const cat_args<Code>& args) {
    scalar::cat<Config>(args);
}
template <no_vector_arch Arch, quantize_config Config, code_type Out, class Threads = no_threads>
constexpr void quantize(const quantize_args<Out>& args) {
    scalar::quantize<Config>(args);
}
template <no_vector_arch Arch, quantize_config Config, code_type In, class Threads = no_threads>
constexpr void dequantize(const dequantize_args<In>& args) {
    scalar::dequantize<Config>(args);
}
template <no_vector_arch Arch, permute_config Config, code_type Code>
constexpr void permute(const permute_args<Code>& args) {
    scalar::permute<Config>(args);
}
template <no_vector_arch Arch, pad_config Config, code_type Code>
constexpr void pad(const pad_args<Code>& args) {
    scalar::pad<Config>(args);
}
template <no_vector_arch Arch, fill_halo_config Config, code_type Code>
constexpr void fill_halo(const fill_halo_args<Code>& args) {
    scalar::fill_halo<Config>(args);
}

}  // namespace kernel::simd

QUANTYPE_END_NAMESPACE
