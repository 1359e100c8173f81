// SPDX-License-Identifier: BSL-1.0
// Functions that backends and mappings name and that functional.hpp and its fellows do not offer yet. Where PyTorch has
// one name in several places, the plain name is the one of functional.hpp: fn::add is operator.add, fn::relu is
// functional.relu.
#pragma once
#include <quantype/model/call.hpp>
#include <quantype/model/functional_conv.hpp>
#include <quantype/model/functional_matrix.hpp>
#include <quantype/model/functional_norm.hpp>
#include <quantype/model/functional_pool.hpp>
#include <quantype/model/functional_shape.hpp>
#include <quantype/model/methods.hpp>
#include <quantype/model/vocabulary/named_op.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace fn {
// torch.nn.functional
struct elu : vocabulary::function_named<"torch.nn.functional.elu", op_code::elu> {};
struct hardswish : vocabulary::function_named<"torch.nn.functional.hardswish", op_code::hardswish> {};
struct leaky_relu : vocabulary::function_named<"torch.nn.functional.leaky_relu", op_code::leaky_relu> {};
struct leaky_relu_ : vocabulary::function_named<"torch.nn.functional.leaky_relu_", op_code::leaky_relu> {};
struct dropout : vocabulary::function_named<"torch.nn.functional.dropout", op_code::dropout> {};
struct hardsigmoid : vocabulary::function_named<"torch.nn.functional.hardsigmoid", op_code::hardsigmoid> {};
struct hardtanh : vocabulary::function_named<"torch.nn.functional.hardtanh", op_code::hardtanh> {};
struct hardtanh_ : vocabulary::function_named<"torch.nn.functional.hardtanh_", op_code::hardtanh> {};
struct relu6 : vocabulary::function_named<"torch.nn.functional.relu6", op_code::relu6> {};

// torch
struct clamp : vocabulary::function_named<"torch.clamp", op_code::clamp> {};

// names that another op of the same name needs told apart, and operators
struct torch_add : vocabulary::function_named<"torch.add", op_code::add> {};
struct torch_mul : vocabulary::function_named<"torch.mul", op_code::mul> {};
struct torch_sub : vocabulary::function_named<"torch.sub", op_code::sub> {};
struct torch_relu : vocabulary::function_named<"torch.relu", op_code::relu> {};
struct sub : vocabulary::function_named<"operator.sub", op_code::sub> {};
struct floordiv : vocabulary::function_named<"operator.floordiv"> {};
}  // namespace fn

QUANTYPE_END_NAMESPACE
