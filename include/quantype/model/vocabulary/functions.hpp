// SPDX-License-Identifier: BSL-1.0
// Functions that backends and mappings name and that functional.hpp and its fellows do not offer yet. Where PyTorch has
// one name in several places, the plain name is the one of functional.hpp: fn::add is operator.add, fn::relu is
// functional.relu.
#pragma once
#include <quantype/model/call.hpp>
#include <quantype/model/functional_conv.hpp>
#include <quantype/model/methods.hpp>
#include <quantype/model/vocabulary/named_op.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace fn {
// torch.nn.functional
struct conv_transpose1d : vocabulary::function_named<"torch.nn.functional.conv_transpose1d", op_code::conv_transpose> {
};
struct conv_transpose2d : vocabulary::function_named<"torch.nn.functional.conv_transpose2d", op_code::conv_transpose> {
};
struct conv_transpose3d : vocabulary::function_named<"torch.nn.functional.conv_transpose3d", op_code::conv_transpose> {
};
struct elu : vocabulary::function_named<"torch.nn.functional.elu", op_code::elu> {};
struct hardswish : vocabulary::function_named<"torch.nn.functional.hardswish", op_code::hardswish> {};
struct leaky_relu : vocabulary::function_named<"torch.nn.functional.leaky_relu", op_code::leaky_relu> {};
struct leaky_relu_ : vocabulary::function_named<"torch.nn.functional.leaky_relu_", op_code::leaky_relu> {};
struct dropout : vocabulary::function_named<"torch.nn.functional.dropout", op_code::dropout> {};
struct group_norm : vocabulary::function_named<"torch.nn.functional.group_norm", op_code::group_norm> {};
struct instance_norm : vocabulary::function_named<"torch.nn.functional.instance_norm", op_code::instance_norm> {};
struct layer_norm : vocabulary::function_named<"torch.nn.functional.layer_norm", op_code::layer_norm> {};
struct hardsigmoid : vocabulary::function_named<"torch.nn.functional.hardsigmoid", op_code::hardsigmoid> {};
struct adaptive_avg_pool3d : vocabulary::function_named<"torch.nn.functional.adaptive_avg_pool3d"> {};
struct hardtanh : vocabulary::function_named<"torch.nn.functional.hardtanh", op_code::hardtanh> {};
struct hardtanh_ : vocabulary::function_named<"torch.nn.functional.hardtanh_", op_code::hardtanh> {};
struct interpolate : vocabulary::function_named<"torch.nn.functional.interpolate"> {};
struct max_pool1d : vocabulary::function_named<"torch.nn.functional.max_pool1d"> {};
struct max_pool2d : vocabulary::function_named<"torch.nn.functional.max_pool2d", op_code::max_pool> {};
struct max_pool3d : vocabulary::function_named<"torch.nn.functional.max_pool3d"> {};
struct pixel_shuffle : vocabulary::function_named<"torch.nn.functional.pixel_shuffle"> {};
struct pixel_unshuffle : vocabulary::function_named<"torch.nn.functional.pixel_unshuffle"> {};
struct relu6 : vocabulary::function_named<"torch.nn.functional.relu6", op_code::relu6> {};
struct avg_pool2d : vocabulary::function_named<"torch.nn.functional.avg_pool2d", op_code::avg_pool> {};
struct avg_pool3d : vocabulary::function_named<"torch.nn.functional.avg_pool3d"> {};
struct embedding : vocabulary::function_named<"torch.nn.functional.embedding"> {};

// torch
struct addmm : vocabulary::function_named<"torch.addmm"> {};
struct adaptive_avg_pool1d : vocabulary::function_named<"torch.adaptive_avg_pool1d"> {};
struct avg_pool1d : vocabulary::function_named<"torch.avg_pool1d"> {};
struct clamp : vocabulary::function_named<"torch.clamp", op_code::clamp> {};
struct mean : vocabulary::function_named<"torch.mean", op_code::mean> {};
struct narrow : vocabulary::function_named<"torch.narrow"> {};
struct repeat_interleave : vocabulary::function_named<"torch.repeat_interleave"> {};
struct transpose : vocabulary::function_named<"torch.transpose"> {};
struct squeeze : vocabulary::function_named<"torch.squeeze"> {};
struct stack : vocabulary::function_named<"torch.stack"> {};
struct unsqueeze : vocabulary::function_named<"torch.unsqueeze"> {};
struct permute : vocabulary::function_named<"torch.permute"> {};
struct permute_copy : vocabulary::function_named<"torch.permute_copy"> {};
struct concat : vocabulary::function_named<"torch.concat", op_code::cat> {};
struct concatenate : vocabulary::function_named<"torch.concatenate", op_code::cat> {};

// names that another op of the same name needs told apart, and operators
struct torch_add : vocabulary::function_named<"torch.add", op_code::add> {};
struct torch_mul : vocabulary::function_named<"torch.mul", op_code::mul> {};
struct torch_sub : vocabulary::function_named<"torch.sub", op_code::sub> {};
struct torch_relu : vocabulary::function_named<"torch.relu", op_code::relu> {};
struct sub : vocabulary::function_named<"operator.sub", op_code::sub> {};
struct floordiv : vocabulary::function_named<"operator.floordiv"> {};
}  // namespace fn

QUANTYPE_END_NAMESPACE
