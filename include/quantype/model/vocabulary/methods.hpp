// SPDX-License-Identifier: BSL-1.0
// Tensor methods that backends and mappings name. model/methods.hpp gives a traced value those of shapes; the others
// have a name only.
#pragma once
#include <quantype/model/functional_shape.hpp>
#include <quantype/model/vocabulary/named_op.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace method {
struct clamp : vocabulary::method_named<"method:clamp", op_code::clamp> {};
struct detach : vocabulary::method_named<"method:detach", op_code::identity> {};
struct detach_ : vocabulary::method_named<"method:detach_", op_code::identity> {};
struct hardsigmoid : vocabulary::method_named<"method:hardsigmoid", op_code::hardsigmoid> {};
struct hardsigmoid_ : vocabulary::method_named<"method:hardsigmoid_", op_code::hardsigmoid> {};
struct leaky_relu : vocabulary::method_named<"method:leaky_relu", op_code::leaky_relu> {};
struct relu : vocabulary::method_named<"method:relu", op_code::relu> {};
struct relu_ : vocabulary::method_named<"method:relu_", op_code::relu> {};
struct shape : vocabulary::method_named<"method:shape"> {};
struct sigmoid : vocabulary::method_named<"method:sigmoid", op_code::sigmoid> {};
struct sigmoid_ : vocabulary::method_named<"method:sigmoid_", op_code::sigmoid> {};
struct tanh : vocabulary::method_named<"method:tanh", op_code::tanh> {};
struct tanh_ : vocabulary::method_named<"method:tanh_", op_code::tanh> {};
}  // namespace method

QUANTYPE_END_NAMESPACE
