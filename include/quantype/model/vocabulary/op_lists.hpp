// SPDX-License-Identifier: BSL-1.0
// Lists of ops that backends and default mappings treat alike.
#pragma once
#include <quantype/model/functional.hpp>
#include <quantype/model/vocabulary/functions.hpp>
#include <quantype/model/vocabulary/methods.hpp>
#include <quantype/model/vocabulary/modules.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace vocabulary {

/// A list of op types.
template <class... Ops>
struct ops {};

/// Ops with results in 0..1, in every spelling, and in -1..1: their scale and zero point are fixed.
using ops_0_to_1 = ops<nn::hardsigmoid, fn::hardsigmoid, method::hardsigmoid, method::hardsigmoid_,  //
                       nn::sigmoid, fn::sigmoid, method::sigmoid, method::sigmoid_, nn::softmax<>>;
using ops_neg1_to_1 = ops<nn::tanh, fn::tanh, method::tanh, method::tanh_>;

using conv_transpose_ops = ops<nn::conv_transpose1d<>, nn::conv_transpose2d<>, nn::conv_transpose3d<>,  //
                               fn::conv_transpose1d, fn::conv_transpose2d, fn::conv_transpose3d>;
using layer_norm_ops = ops<fn::layer_norm, nn::layer_norm<>>;

}  // namespace vocabulary

QUANTYPE_END_NAMESPACE
