// SPDX-License-Identifier: BSL-1.0
// Ops that convert and lower put into the graph.
#pragma once
#include <quantype/core/op.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

inline constexpr op_info scale_op{"scale", node_kind::get_attr, op_code::qparam};
inline constexpr op_info zero_point_op{"zero_point", node_kind::get_attr, op_code::qparam};
inline constexpr op_info quantize_per_tensor_op{"torch.quantize_per_tensor", node_kind::call_function,
                                                op_code::quantize};
inline constexpr op_info quantize_per_channel_op{"torch.quantize_per_channel", node_kind::call_function,
                                                 op_code::quantize};
inline constexpr op_info quantize_dynamic_op{"torch.quantize_per_tensor_dynamic", node_kind::call_function,
                                             op_code::quantize_dynamic};
inline constexpr op_info dequantize_op{"method:dequantize", node_kind::call_method, op_code::dequantize};
inline constexpr op_info to_op{"method:to", node_kind::call_method, op_code::to_dtype};

inline constexpr op_info quantized_add_op{"torch.ops.quantized.add", node_kind::call_function, op_code::add};
inline constexpr op_info quantized_add_relu_op{"torch.ops.quantized.add_relu", node_kind::call_function, op_code::add};
inline constexpr op_info quantized_mul_op{"torch.ops.quantized.mul", node_kind::call_function, op_code::mul};
inline constexpr op_info quantized_mul_relu_op{"torch.ops.quantized.mul_relu", node_kind::call_function, op_code::mul};
inline constexpr op_info quantized_matmul_op{"torch.ops.quantized.matmul", node_kind::call_function, op_code::matmul};
/// A functional op with a weight: its quantized forms.
struct functional_forms {
    op_info plain;
    op_info relu;
};
inline constexpr functional_forms quantized_linear{
    {"torch.ops.quantized.linear", node_kind::call_function, op_code::linear},
    {"torch.ops.quantized.linear_relu", node_kind::call_function, op_code::linear}};
inline constexpr functional_forms quantized_conv1d{
    {"torch.ops.quantized.conv1d", node_kind::call_function, op_code::conv},
    {"torch.ops.quantized.conv1d_relu", node_kind::call_function, op_code::conv}};
inline constexpr functional_forms quantized_conv2d{
    {"torch.ops.quantized.conv2d", node_kind::call_function, op_code::conv},
    {"torch.ops.quantized.conv2d_relu", node_kind::call_function, op_code::conv}};
inline constexpr functional_forms quantized_conv3d{
    {"torch.ops.quantized.conv3d", node_kind::call_function, op_code::conv},
    {"torch.ops.quantized.conv3d_relu", node_kind::call_function, op_code::conv}};
/// Transposed convolutions have no form with a relu.
inline constexpr op_info quantized_conv_transpose1d_op{"torch.ops.quantized.conv_transpose1d", node_kind::call_function,
                                                       op_code::conv_transpose};
inline constexpr op_info quantized_conv_transpose2d_op{"torch.ops.quantized.conv_transpose2d", node_kind::call_function,
                                                       op_code::conv_transpose};
inline constexpr op_info quantized_conv_transpose3d_op{"torch.ops.quantized.conv_transpose3d", node_kind::call_function,
                                                       op_code::conv_transpose};
inline constexpr functional_forms dynamic_linear{
    {"torch.ops.quantized.linear_dynamic", node_kind::call_function, op_code::linear},
    {"torch.ops.quantized.linear_relu_dynamic", node_kind::call_function, op_code::linear}};
inline constexpr functional_forms dynamic_half_linear{
    {"torch.ops.quantized.linear_dynamic_fp16", node_kind::call_function, op_code::linear},
    {"torch.ops.quantized.linear_relu_dynamic_fp16", node_kind::call_function, op_code::linear}};

/// Functions that take the output's scale and zero point as keywords.
inline constexpr op_info quantized_elu_op{"torch.ops.quantized.elu", node_kind::call_function, op_code::elu};
inline constexpr op_info quantized_hardswish_op{"torch.ops.quantized.hardswish", node_kind::call_function,
                                                op_code::hardswish};
inline constexpr op_info quantized_leaky_relu_op{"torch.ops.quantized.leaky_relu", node_kind::call_function,
                                                 op_code::leaky_relu};
inline constexpr op_info quantized_layer_norm_op{"torch.ops.quantized.layer_norm", node_kind::call_function,
                                                 op_code::layer_norm};
inline constexpr op_info quantized_instance_norm_op{"torch.ops.quantized.instance_norm", node_kind::call_function,
                                                    op_code::instance_norm};
inline constexpr op_info quantized_dropout_op{"torch.ops.quantized.dropout", node_kind::call_function,
                                              op_code::dropout};

}  // namespace detail

QUANTYPE_END_NAMESPACE
