// SPDX-License-Identifier: BSL-1.0
// Fused module classes (torch.ao.nn.intrinsic) and the reference classes, as names for backends; fusion makes them.
#pragma once
#include <quantype/core/op.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace nn::intrinsic {
struct conv_relu1d {};
struct conv_relu2d {};
struct conv_relu3d {};
struct linear_relu {};
struct bn_relu2d {};
struct bn_relu3d {};
}  // namespace nn::intrinsic

/// Reference quantized modules: the float module with the weight's qparams.
namespace reference {
struct linear {};
struct conv1d {};
struct conv2d {};
struct conv3d {};
}  // namespace reference

template <>
inline constexpr op_info op_of<nn::intrinsic::conv_relu1d>{"torch.ao.nn.intrinsic.ConvReLU1d", node_kind::call_module,
                                                           op_code::conv};
template <>
inline constexpr op_info op_of<nn::intrinsic::conv_relu2d>{"torch.ao.nn.intrinsic.ConvReLU2d", node_kind::call_module,
                                                           op_code::conv};
template <>
inline constexpr op_info op_of<nn::intrinsic::conv_relu3d>{"torch.ao.nn.intrinsic.ConvReLU3d", node_kind::call_module,
                                                           op_code::conv};
template <>
inline constexpr op_info op_of<nn::intrinsic::linear_relu>{"torch.ao.nn.intrinsic.LinearReLU", node_kind::call_module,
                                                           op_code::linear};
template <>
inline constexpr op_info op_of<nn::intrinsic::bn_relu2d>{"torch.ao.nn.intrinsic.BNReLU2d", node_kind::call_module,
                                                         op_code::batch_norm};
template <>
inline constexpr op_info op_of<nn::intrinsic::bn_relu3d>{"torch.ao.nn.intrinsic.BNReLU3d", node_kind::call_module,
                                                         op_code::batch_norm};
template <>
inline constexpr op_info op_of<reference::linear>{"torch.ao.nn.quantized.reference.Linear", node_kind::call_module,
                                                  op_code::linear};
template <>
inline constexpr op_info op_of<reference::conv1d>{"torch.ao.nn.quantized.reference.Conv1d", node_kind::call_module,
                                                  op_code::conv};
template <>
inline constexpr op_info op_of<reference::conv2d>{"torch.ao.nn.quantized.reference.Conv2d", node_kind::call_module,
                                                  op_code::conv};
template <>
inline constexpr op_info op_of<reference::conv3d>{"torch.ao.nn.quantized.reference.Conv3d", node_kind::call_module,
                                                  op_code::conv};

QUANTYPE_END_NAMESPACE
