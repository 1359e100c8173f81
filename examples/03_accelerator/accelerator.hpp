// SPDX-License-Identifier: BSL-1.0
// A backend in full: constraints, chains and trees, fusers, getters, shared observers, fixed qparams.
#pragma once
#include <quantype/model/vocabulary/quantization.hpp>
#include <quantype/quantype.hpp>

namespace qz = quantype;
namespace nn = qz::nn;
namespace nni = qz::nn::intrinsic;
namespace fn = qz::fn;

// --- types ---------------------------------------------------------------------------------------------------------
inline constexpr auto activation = qz::dtype_with_constraints(qz::quint8).quant_range(0, 255).scale_min(0x1p-12);
inline constexpr auto symmetric = qz::dtype_with_constraints(qz::qint8).quant_range(-127, 127).scale_min(0x1p-12);
struct weighted : qz::dtype_config {
    static constexpr auto input_dtype = activation, output_dtype = activation;
    static constexpr auto weight_dtype = symmetric;
    static constexpr auto bias_dtype = qz::float32;
};
struct plain : qz::dtype_config {
    static constexpr auto input_dtype = activation, output_dtype = activation;
};
// The sigmoid unit always writes steps of 1/256 from 0.
struct zero_to_one : qz::dtype_config {
    static constexpr auto input_dtype = activation;
    static constexpr auto output_dtype = qz::dtype_with_constraints(qz::quint8).exactly(0x1p-8, 0);
};

// --- fusers: classes in forward order, the fused class out -----------------------------------------------------------
inline constexpr auto fuse_conv_relu = [](auto /*is_qat*/, auto /*conv*/, auto /*relu*/) { return nni::conv_relu2d{}; };
inline constexpr auto fold_bn = [](auto /*is_qat*/, auto /*conv*/, auto /*bn*/, auto /*relu*/) {
    return qz::fold_batch_norm<nni::conv_relu2d>{};
};
// A tree is given in its own order: the add, the convolution, the other operand.
inline constexpr auto fuse_residual = [](auto /*is_qat*/, auto /*add*/, auto /*conv*/, auto /*other*/) {
    return nni::conv_add2d{};
};

// --- rows ------------------------------------------------------------------------------------------------------------
inline constexpr auto conv_row = qz::backend_pattern_config(qz::pattern<nn::conv2d<>>)
                                     .add_dtype_config<weighted>()
                                     .set_root_module<nn::conv2d<>>()
                                     .set_reference_quantized_module<qz::reference::conv2d>();
inline constexpr auto conv_relu_row =
    qz::backend_pattern_config(qz::pattern<nn::conv2d<>, nn::relu>).set_fuser_method(fuse_conv_relu);
inline constexpr auto conv_bn_relu_row =
    qz::backend_pattern_config(qz::pattern<nn::conv2d<>, nn::batch_norm2d<>, nn::relu>).set_fuser_method(fold_bn);
inline constexpr auto fused_conv_row = qz::backend_pattern_config(qz::pattern<nni::conv_relu2d>)
                                           .add_dtype_config<weighted>()
                                           .set_root_module<nn::conv2d<>>()
                                           .set_reference_quantized_module<qz::reference::conv2d>();

// Convolution plus anything, in one pass of the accelerator: position 1 of the tree carries the weight, position 2 is a
// further input.
inline constexpr auto residual_row = qz::backend_pattern_config(qz::tree<fn::add, nn::conv2d<>, qz::match_all>{})
                                         .set_fuser_method(fuse_residual)
                                         .set_root_node_getter([](const qz::match_view&) { return 1; })
                                         .set_extra_inputs_getter([](const qz::match_view&) { return 2; });
inline constexpr auto fused_residual_row = qz::backend_pattern_config(qz::pattern<nni::conv_add2d>)
                                               .add_dtype_config<weighted>()
                                               .set_root_module<nn::conv2d<>>()
                                               .set_reference_quantized_module<qz::reference::conv2d>();

inline constexpr auto linear_row = qz::backend_pattern_config(qz::pattern<nn::linear<>>)
                                       .add_dtype_config<weighted>()
                                       .set_root_module<nn::linear<>>()
                                       .set_reference_quantized_module<qz::reference::linear>();
// With a number as second operand, the output keeps the input's observer.
inline constexpr auto add_row =
    qz::backend_pattern_config(qz::pattern<fn::add>)
        .add_dtype_config<plain>()
        .set_num_tensor_args_to_observation_type<1>(qz::output_share_observer_with_input)
        .set_num_tensor_args_to_observation_type<2>(qz::output_use_different_observer_as_input);
inline constexpr auto sigmoid_row =
    qz::backend_pattern_config(qz::pattern<nn::sigmoid>).add_dtype_config<zero_to_one>();
inline constexpr auto max_pool_row = qz::backend_pattern_config(qz::pattern<nn::max_pool2d<>>)
                                         .add_dtype_config<plain>()
                                         .set_observation_type(qz::output_share_observer_with_input);

struct accelerator
    : decltype(qz::backend_config<"accelerator">().set_engine<qz::engine::qnnpack>().set_backend_pattern_configs(
          conv_row, conv_relu_row, conv_bn_relu_row, fused_conv_row, residual_row, fused_residual_row, linear_row,
          add_row, sigmoid_row, max_pool_row)){};
static_assert(qz::valid_backend<accelerator>);
