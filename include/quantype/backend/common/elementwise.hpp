// SPDX-License-Identifier: BSL-1.0
// The rows of binary ops, activations and norms without a reference class, and fixed-qparams ops.
#pragma once
#include <quantype/backend/common/fusers.hpp>
#include <quantype/backend/common/row.hpp>
#include <quantype/model/vocabulary/op_lists.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace backends {

namespace detail {
inline constexpr auto different = observation_type::output_use_different_observer_as_input;
inline constexpr auto share = observation_type::output_share_observer_with_input;
}  // namespace detail

/// With one tensor operand (x + 3) the output shares the input's observer.
template <class Pattern, class D>
using binary_row = row<Pattern, D, property::observation_for_tensor_args<0, detail::different>,
                       property::observation_for_tensor_args<1, detail::share>,
                       property::observation_for_tensor_args<2, detail::different>>;
/// A binary op, with each spelling of relu and alone.
template <class Op, class D>
using binary_rows_of = table<binary_row<on<Op, nn::relu>, D>, binary_row<on<Op, fn::relu>, D>,
                             binary_row<on<Op, fn::torch_relu>, D>, binary_row<on<Op>, D>>;
template <class D>
using add_rows = join<binary_rows_of<fn::add, D>, binary_rows_of<fn::torch_add, D>>;
template <class D>
using sub_rows = join<binary_rows_of<fn::sub, D>, binary_rows_of<fn::torch_sub, D>>;
template <class D>
using mul_rows = join<binary_rows_of<fn::mul, D>, binary_rows_of<fn::torch_mul, D>>;
template <class D>
using matmul_rows = rows<ops<fn::matmul>, D>;
template <class D>
using cat_rows = rows<ops<fn::cat>, D, shared>;

/// Ops with an observer of their own at the output and no weight to quantize.
template <class D>
using default_op_rows = join<
    rows<ops<nn::elu<>, nn::leaky_relu<>, nn::hardswish, nn::instance_norm1d<>, nn::instance_norm2d<>,
             nn::instance_norm3d<>, nn::dropout<>, nn::prelu<>, fn::elu, fn::hardswish, fn::leaky_relu, fn::dropout>,
         D>,
    rows<ops<fn::group_norm>, D, arguments<2, 3>>, rows<ops<fn::instance_norm>, D, arguments<3, 4>>>;

template <class D>
using layer_norm_rows = join<rows<ops<nn::layer_norm<>>, D>, rows<ops<fn::layer_norm>, D, arguments<2, 3>>>;

/// Ops with results in 0..1, then those in -1..1.
template <class D01, class D11>
using fixed_qparams_rows = join<rows<vocabulary::ops_0_to_1, D01>, rows<vocabulary::ops_neg1_to_1, D11>>;

/// A batch norm with relu, and alone.
template <class BatchNorm, class D, class Fused = typename vocabulary::family<BatchNorm>::with_relu>
using bn_rows_of = table<row<on<BatchNorm, nn::relu>, D, fused<Fused>, fused_by<fusers::sequential<Fused>>>,
                         row<on<BatchNorm, fn::relu>, D, fused<Fused>, fused_by<fusers::sequential<Fused>>>,  //
                         row<on<BatchNorm>, D>>;
template <class D>
using bn_rows = join<bn_rows_of<nn::batch_norm2d<>, D>, bn_rows_of<nn::batch_norm3d<>, D>,
                     rows<ops<nn::intrinsic::bn_relu2d, nn::intrinsic::bn_relu3d>, D>>;

}  // namespace backends

QUANTYPE_END_NAMESPACE
