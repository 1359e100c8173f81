// SPDX-License-Identifier: BSL-1.0
// The rows of linear layers, in PyTorch's order.
#pragma once
#include <quantype/backend/common/fusers.hpp>
#include <quantype/backend/common/row.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace backends {

/// The linear module alone, its training class, and the function.
template <class D, class Linear = nn::linear<>, class F = vocabulary::family<Linear>>
using single_linear_rows =
    table<row<on<Linear>, D, root<Linear>, trained_as<typename F::qat>, reference_of<typename F::reference>>,
          row<on<typename F::qat>, D, root<Linear>, reference_of<typename F::reference>>,
          row<on<typename F::functional>, D, arguments<1, 2>>>;

/// What fuses with it.
template <class D, class Linear = nn::linear<>, class F = vocabulary::family<Linear>>
using fused_linear_rows = table<
    // with relu
    row<on<Linear, nn::relu>, D, fused<typename F::with_relu>, fused_by<fusers::sequential<typename F::with_relu>>>,
    row<on<Linear, fn::relu>, D, fused<typename F::with_relu>, fused_by<fusers::sequential<typename F::with_relu>>>,
    row<on<typename F::with_relu>, D, root<Linear>, trained_as<typename F::qat_with_relu>,
        reference_of<typename F::reference>>,
    row<on<typename F::qat_with_relu>, D, root<Linear>, reference_of<typename F::reference>>,
    row<on<typename F::functional, nn::relu>, D>, row<on<typename F::functional, fn::relu>, D>,
    // with batch norm
    row<on<Linear, typename F::batch_norm>, D, fused<typename F::with_bn>, fused_by<fusers::linear_bn>>,
    row<on<typename F::with_bn>, D, root<Linear>, trained_as<typename F::qat_with_bn>,
        reference_of<typename F::reference>>,
    row<on<typename F::qat_with_bn>, D, root<Linear>, reference_of<typename F::reference>>>;

template <class D>
using linear_rows = join<single_linear_rows<D>, fused_linear_rows<D>>;

}  // namespace backends

QUANTYPE_END_NAMESPACE
