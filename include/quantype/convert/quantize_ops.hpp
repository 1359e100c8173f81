// SPDX-License-Identifier: BSL-1.0
// Ops that convert and lower put into the graph.
#pragma once
#include <quantype/core/op.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

constexpr op_info attribute_op(std::string_view name) { return {name, node_kind::get_attr, op_code::qparam}; }
constexpr op_info function_op(std::string_view name, op_code code) { return {name, node_kind::call_function, code}; }
constexpr op_info method_op(std::string_view name, op_code code) { return {name, node_kind::call_method, code}; }

inline constexpr op_info scale_op = attribute_op("scale");
inline constexpr op_info zero_point_op = attribute_op("zero_point");
inline constexpr op_info quantize_per_tensor_op = function_op("torch.quantize_per_tensor", op_code::quantize);
inline constexpr op_info quantize_per_channel_op = function_op("torch.quantize_per_channel", op_code::quantize);
inline constexpr op_info quantize_dynamic_op =
    function_op("torch.quantize_per_tensor_dynamic", op_code::quantize_dynamic);
inline constexpr op_info dequantize_op = method_op("method:dequantize", op_code::dequantize);
inline constexpr op_info to_op = method_op("method:to", op_code::to_dtype);

inline constexpr op_info quantized_add_op = function_op("torch.ops.quantized.add", op_code::add);
inline constexpr op_info quantized_add_relu_op = function_op("torch.ops.quantized.add_relu", op_code::add);
inline constexpr op_info quantized_mul_op = function_op("torch.ops.quantized.mul", op_code::mul);
inline constexpr op_info quantized_mul_relu_op = function_op("torch.ops.quantized.mul_relu", op_code::mul);
inline constexpr op_info quantized_matmul_op = function_op("torch.ops.quantized.matmul", op_code::matmul);
/// A functional op with a weight: its quantized forms.
struct functional_forms {
    op_info plain;
    op_info relu;
};
inline constexpr functional_forms quantized_linear{function_op("torch.ops.quantized.linear", op_code::linear),
                                                   function_op("torch.ops.quantized.linear_relu", op_code::linear)};
inline constexpr functional_forms quantized_conv1d{function_op("torch.ops.quantized.conv1d", op_code::conv),
                                                   function_op("torch.ops.quantized.conv1d_relu", op_code::conv)};
inline constexpr functional_forms quantized_conv2d{function_op("torch.ops.quantized.conv2d", op_code::conv),
                                                   function_op("torch.ops.quantized.conv2d_relu", op_code::conv)};
inline constexpr functional_forms quantized_conv3d{function_op("torch.ops.quantized.conv3d", op_code::conv),
                                                   function_op("torch.ops.quantized.conv3d_relu", op_code::conv)};
/// Transposed convolutions have no form with a relu.
inline constexpr op_info quantized_conv_transpose1d_op =
    function_op("torch.ops.quantized.conv_transpose1d", op_code::conv_transpose);
inline constexpr op_info quantized_conv_transpose2d_op =
    function_op("torch.ops.quantized.conv_transpose2d", op_code::conv_transpose);
inline constexpr op_info quantized_conv_transpose3d_op =
    function_op("torch.ops.quantized.conv_transpose3d", op_code::conv_transpose);
inline constexpr functional_forms dynamic_linear{
    function_op("torch.ops.quantized.linear_dynamic", op_code::linear),
    function_op("torch.ops.quantized.linear_relu_dynamic", op_code::linear)};
inline constexpr functional_forms dynamic_half_linear{
    function_op("torch.ops.quantized.linear_dynamic_fp16", op_code::linear),
    function_op("torch.ops.quantized.linear_relu_dynamic_fp16", op_code::linear)};

/// Functions that take the output's scale and zero point as keywords.
inline constexpr op_info quantized_elu_op = function_op("torch.ops.quantized.elu", op_code::elu);
inline constexpr op_info quantized_hardswish_op = function_op("torch.ops.quantized.hardswish", op_code::hardswish);
inline constexpr op_info quantized_leaky_relu_op = function_op("torch.ops.quantized.leaky_relu", op_code::leaky_relu);
inline constexpr op_info quantized_layer_norm_op = function_op("torch.ops.quantized.layer_norm", op_code::layer_norm);
inline constexpr op_info quantized_instance_norm_op =
    function_op("torch.ops.quantized.instance_norm", op_code::instance_norm);
inline constexpr op_info quantized_dropout_op = function_op("torch.ops.quantized.dropout", op_code::dropout);

}  // namespace detail

QUANTYPE_END_NAMESPACE
