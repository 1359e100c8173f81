// SPDX-License-Identifier: BSL-1.0
// The scalar kernels as one set, for the executor: the specification, and the portable fallback.
#pragma once
#include <quantype/kernel/scalar/avg_pool2d.hpp>
#include <quantype/kernel/scalar/avg_pool3d.hpp>
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
#include <quantype/kernel/scalar/max_pool3d.hpp>
#include <quantype/kernel/scalar/normalize.hpp>
#include <quantype/kernel/scalar/quantize.hpp>
#include <quantype/kernel/scalar/resize.hpp>
#include <quantype/kernel/scalar/softmax.hpp>
#include <quantype/kernel/scalar/softmax_q31.hpp>
#include <quantype/kernel/scalar/transpose.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// A kernel set: one static function template for every contract, keyed by configuration and rule.
struct scalar_kernels {
    static constexpr const char* name = "scalar";

    template <kernel::quantize_config C, class Out>
    static constexpr void quantize(const kernel::quantize_args<Out>& a) {
        kernel::scalar::quantize<C>(a);
    }
    template <kernel::quantize_config C, class In>
    static constexpr void dequantize(const kernel::dequantize_args<In>& a) {
        kernel::scalar::dequantize<C>(a);
    }
    template <kernel::permute_config C, class Code>
    static constexpr void permute(const kernel::permute_args<Code>& a) {
        kernel::scalar::permute<C>(a);
    }
    template <kernel::linear_config C, class Policy, class In, class Out>
    static constexpr void linear(const kernel::linear_args<In, Out, typename Policy::params>& a) {
        kernel::scalar::linear<C, Policy>(a);
    }
    template <kernel::conv2d_config C, class Policy, class In, class Out>
    static constexpr void conv2d(const kernel::conv2d_args<In, Out, typename Policy::params>& a) {
        kernel::scalar::conv2d<C, Policy>(a);
    }
    template <kernel::conv2d_add_config C, class Rule, class In, class Addend, class Out>
    static constexpr void conv2d_add(const kernel::conv2d_add_args<In, Addend, Out, Rule>& a) {
        kernel::scalar::conv2d_add<C, Rule>(a);
    }
    template <kernel::conv3d_config C, class Policy, class In, class Out>
    static constexpr void conv3d(const kernel::conv3d_args<In, Out, typename Policy::params>& a) {
        kernel::scalar::conv3d<C, Policy>(a);
    }
    template <kernel::linear_config C>
    static constexpr void linear_dynamic(const kernel::linear_dynamic_args& a) {
        kernel::scalar::linear_dynamic<C>(a);
    }
    template <kernel::embedding_config C>
    static constexpr void embedding(const kernel::embedding_args& a) {
        kernel::scalar::embedding<C>(a);
    }
    template <kernel::elementwise_config C, class Rule, class A, class B, class Out>
    static constexpr void elementwise(const kernel::elementwise_args<A, B, Out, typename Rule::params>& a) {
        kernel::scalar::elementwise<C, Rule>(a);
    }
    template <kernel::rows_config C, class In, class Out>
    static constexpr void lookup(const kernel::lookup_args<In, Out>& a) {
        kernel::scalar::lookup<C>(a);
    }
    template <kernel::rows_config C, class Code>
    static constexpr void clamp(const kernel::clamp_args<Code>& a) {
        kernel::scalar::clamp<C>(a);
    }
    template <kernel::rows_config C, class In, class Out>
    static constexpr void softmax(const kernel::softmax_args<In, Out>& a) {
        kernel::scalar::softmax<C>(a);
    }
    template <kernel::rows_config C, class In, class Out>
    static constexpr void softmax_q31(const kernel::softmax_q31_args<In, Out>& a) {
        kernel::scalar::softmax_q31<C>(a);
    }
    template <kernel::max_pool2d_config C, class Code>
    static constexpr void max_pool2d(const kernel::max_pool2d_args<Code>& a) {
        kernel::scalar::max_pool2d<C>(a);
    }
    template <kernel::avg_pool2d_config C, class Code>
    static constexpr void avg_pool2d(const kernel::avg_pool2d_args<Code>& a) {
        kernel::scalar::avg_pool2d<C>(a);
    }
    template <kernel::adaptive_avg_pool2d_config C, class Code>
    static constexpr void adaptive_avg_pool2d(const kernel::avg_pool2d_args<Code>& a) {
        kernel::scalar::adaptive_avg_pool2d<C>(a);
    }
    template <kernel::rows_config C, class In, class Out>
    static constexpr void batch_norm(const kernel::batch_norm_args<In, Out>& a) {
        kernel::scalar::batch_norm<C>(a);
    }
    template <kernel::matmul_config C, class Policy, class A, class B, class Out>
    static constexpr void matmul(const kernel::matmul_args<A, B, Out, typename Policy::params>& a) {
        kernel::scalar::matmul<C, Policy>(a);
    }
    template <kernel::cat_config C, class Code>
    static constexpr void cat(const kernel::cat_args<Code>& a) {
        kernel::scalar::cat<C>(a);
    }
    template <kernel::conv_transpose2d_config C, class Policy, class In, class Out>
    static constexpr void conv_transpose2d(const kernel::conv_transpose2d_args<In, Out, typename Policy::params>& a) {
        kernel::scalar::conv_transpose2d<C, Policy>(a);
    }
    template <kernel::max_pool3d_config C, class Code>
    static constexpr void max_pool3d(const kernel::max_pool3d_args<Code>& a) {
        kernel::scalar::max_pool3d<C>(a);
    }
    template <kernel::avg_pool3d_config C, class Code>
    static constexpr void avg_pool3d(const kernel::avg_pool3d_args<Code>& a) {
        kernel::scalar::avg_pool3d<C>(a);
    }
    template <kernel::resize_config C, class Code>
    static constexpr void resize(const kernel::resize_args<Code>& a) {
        kernel::scalar::resize<C>(a);
    }
    template <kernel::transpose_config C, class Code>
    static constexpr void transpose(const kernel::transpose_args<Code>& a) {
        kernel::scalar::transpose<C>(a);
    }
    template <kernel::normalize_config C, class In, class Out>
    static constexpr void normalize(const kernel::normalize_args<In, Out>& a) {
        kernel::scalar::normalize<C>(a);
    }
    template <kernel::channel_lookup_config C, class In, class Out>
    static constexpr void channel_lookup(const kernel::channel_lookup_args<In, Out>& a) {
        kernel::scalar::channel_lookup<C>(a);
    }
};

QUANTYPE_END_NAMESPACE
