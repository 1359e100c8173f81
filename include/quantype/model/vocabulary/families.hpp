// SPDX-License-Identifier: BSL-1.0
// Which classes belong together: for a weighted module its functional form, fused classes, training classes and
// reference class. Backends generate their rows from these, and fusers find the fused class here.
#pragma once
#include <quantype/model/functional.hpp>
#include <quantype/model/vocabulary/functions.hpp>
#include <quantype/model/vocabulary/modules.hpp>
#include <quantype/model/vocabulary/quantization.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace vocabulary {

/// Relatives of a module class; a user's own module joins by specialising this.
template <class Module>
struct family;

template <>
struct family<nn::conv1d<>> {
    using batch_norm = nn::batch_norm1d<>;
    using functional = fn::conv1d;
    using transposed = nn::conv_transpose1d<>;
    using functional_transposed = fn::conv_transpose1d;
    using reference = quantype::reference::conv1d;
    using reference_transposed = quantype::reference::conv_transpose1d;
    using qat = nn::qat::conv1d;
    using with_relu = nn::intrinsic::conv_relu1d;
    using with_bn = nn::intrinsic::conv_bn1d;
    using with_bn_relu = nn::intrinsic::conv_bn_relu1d;
    using qat_with_relu = nn::intrinsic::qat::conv_relu1d;
    using qat_with_bn = nn::intrinsic::qat::conv_bn1d;
    using qat_with_bn_relu = nn::intrinsic::qat::conv_bn_relu1d;
};

template <>
struct family<nn::conv2d<>> {
    using batch_norm = nn::batch_norm2d<>;
    using functional = fn::conv2d;
    using transposed = nn::conv_transpose2d<>;
    using functional_transposed = fn::conv_transpose2d;
    using reference = quantype::reference::conv2d;
    using reference_transposed = quantype::reference::conv_transpose2d;
    using qat = nn::qat::conv2d;
    using with_relu = nn::intrinsic::conv_relu2d;
    using with_bn = nn::intrinsic::conv_bn2d;
    using with_bn_relu = nn::intrinsic::conv_bn_relu2d;
    using qat_with_relu = nn::intrinsic::qat::conv_relu2d;
    using qat_with_bn = nn::intrinsic::qat::conv_bn2d;
    using qat_with_bn_relu = nn::intrinsic::qat::conv_bn_relu2d;
};

template <>
struct family<nn::conv3d<>> {
    using batch_norm = nn::batch_norm3d<>;
    using functional = fn::conv3d;
    using transposed = nn::conv_transpose3d<>;
    using functional_transposed = fn::conv_transpose3d;
    using reference = quantype::reference::conv3d;
    using reference_transposed = quantype::reference::conv_transpose3d;
    using qat = nn::qat::conv3d;
    using with_relu = nn::intrinsic::conv_relu3d;
    using with_bn = nn::intrinsic::conv_bn3d;
    using with_bn_relu = nn::intrinsic::conv_bn_relu3d;
    using qat_with_relu = nn::intrinsic::qat::conv_relu3d;
    using qat_with_bn = nn::intrinsic::qat::conv_bn3d;
    using qat_with_bn_relu = nn::intrinsic::qat::conv_bn_relu3d;
};

template <>
struct family<nn::linear<>> {
    using batch_norm = nn::batch_norm1d<>;
    using functional = fn::linear;
    using reference = quantype::reference::linear;
    using qat = nn::qat::linear;
    using with_relu = nn::intrinsic::linear_relu;
    using with_bn = nn::intrinsic::linear_bn1d;
    using qat_with_relu = nn::intrinsic::qat::linear_relu;
    using qat_with_bn = nn::intrinsic::qat::linear_bn1d;
};

template <>
struct family<nn::batch_norm2d<>> {
    using with_relu = nn::intrinsic::bn_relu2d;
};
template <>
struct family<nn::batch_norm3d<>> {
    using with_relu = nn::intrinsic::bn_relu3d;
};

}  // namespace vocabulary

QUANTYPE_END_NAMESPACE
