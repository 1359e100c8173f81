// SPDX-License-Identifier: BSL-1.0
// The rows of convolutions: 19 for each rank, in PyTorch's order.
#pragma once
#include <quantype/backend/common/fusers.hpp>
#include <quantype/backend/common/row.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace backends {

/// One convolution class with everything that fuses with it. `D` is a dtype_configs<...>.
template <class Conv, class D, class F = vocabulary::family<Conv>>
using conv_rows_of = table<
    row<on<Conv>, D, root<Conv>, trained_as<typename F::qat>, reference_of<typename F::reference>>,
    row<on<typename F::qat>, D, root<Conv>, reference_of<typename F::reference>>,
    row<on<typename F::functional>, D, arguments<1, 2>>,
    // with relu
    row<on<Conv, nn::relu>, D, fused<typename F::with_relu>, fused_by<fusers::sequential<typename F::with_relu>>>,
    row<on<Conv, fn::relu>, D, fused<typename F::with_relu>, fused_by<fusers::sequential<typename F::with_relu>>>,
    row<on<typename F::with_relu>, D, trained_as<typename F::qat_with_relu>>,
    row<on<typename F::qat_with_relu>, D, root<Conv>, reference_of<typename F::reference>>,
    row<on<typename F::functional, nn::relu>, D>, row<on<typename F::functional, fn::relu>, D>,
    // with batch norm
    row<on<Conv, typename F::batch_norm>, D, fused<typename F::with_bn>, fused_by<fusers::conv_bn>>,
    row<on<Conv, typename F::batch_norm, nn::relu>, D, fused<typename F::with_bn_relu>, fused_by<fusers::conv_bn_relu>>,
    row<on<Conv, typename F::batch_norm, fn::relu>, D, root<Conv>, fused<typename F::with_bn_relu>,
        fused_by<fusers::conv_bn_relu>>,
    row<on<typename F::with_bn>, D, trained_as<typename F::qat_with_bn>>,
    row<on<typename F::with_bn_relu>, D, trained_as<typename F::qat_with_bn_relu>>,
    row<on<typename F::qat_with_bn>, D, root<Conv>, reference_of<typename F::reference>>,
    row<on<typename F::qat_with_bn_relu>, D, root<Conv>, reference_of<typename F::reference>>>;

/// The transposed convolution of the same rank.
template <class Conv, class D, class F = vocabulary::family<Conv>>
using conv_transpose_rows_of = table<
    row<on<typename F::transposed>, D, root<typename F::transposed>, reference_of<typename F::reference_transposed>>,
    row<on<typename F::transposed, typename F::batch_norm>, D, root<typename F::transposed>,
        reference_of<typename F::reference_transposed>, fused_by<fusers::convtranspose_bn>>,
    row<on<typename F::functional_transposed>, D, arguments<1, 2>>>;

template <class D>
using conv_rows = join<conv_rows_of<nn::conv1d<>, D>, conv_transpose_rows_of<nn::conv1d<>, D>,  //
                       conv_rows_of<nn::conv2d<>, D>, conv_transpose_rows_of<nn::conv2d<>, D>,  //
                       conv_rows_of<nn::conv3d<>, D>, conv_transpose_rows_of<nn::conv3d<>, D>>;

}  // namespace backends

QUANTYPE_END_NAMESPACE
