// SPDX-License-Identifier: BSL-1.0
// Which rounding and requantization rule each op follows under an engine. One place; kernels take the rule as a type.
#pragma once
#include <quantype/backend/engine.hpp>
#include <quantype/kernel/contract/pool.hpp>
#include <quantype/model/fused_tail.hpp>
#include <quantype/numerics/conv_add_rules.hpp>
#include <quantype/numerics/mul_rules.hpp>
#include <quantype/numerics/requantize_activation.hpp>
#include <quantype/numerics/requantize_q31.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// The rules of an engine. `add` serves quint8 operands of equal shape, `add_broadcast` everything else.
template <class Engine>
struct arithmetic;

template <>
struct arithmetic<engine::qnnpack> {
    using matrix = requantize::qnnpack;
    using add = add_rule::qnnpack;
    using add_broadcast = add_rule::float32;
    using mul = mul_rule::requantized<requantize::qnnpack>;
    static constexpr bool mobile_pools = true;
    static constexpr kernel::avg_pool_rule average = kernel::avg_pool_rule::mobile;
    static constexpr bool fixed_point_softmax = false;
};
template <>
struct arithmetic<engine::onednn> {
    using matrix = requantize::onednn;
    using add = add_rule::float32;
    using add_broadcast = add_rule::float32;
    using mul = mul_rule::requantized<requantize::qnnpack>;
    static constexpr bool mobile_pools = false;
    static constexpr kernel::avg_pool_rule average = kernel::avg_pool_rule::round_then_zero_point;
    static constexpr bool fixed_point_softmax = false;
};
template <>
struct arithmetic<engine::fbgemm> : arithmetic<engine::onednn> {
    using matrix = requantize::fbgemm;
};
template <>
struct arithmetic<engine::onnx> : arithmetic<engine::onednn> {
    using matrix = requantize::qnnpack;
};
template <>
struct arithmetic<engine::tflite_double_rounding> {
    using matrix = requantize::tflite_double_rounding;
    using add = add_rule::tflite<requantize::tflite_double_rounding>;
    using add_broadcast = add;
    using mul = mul_rule::requantized<requantize::tflite_double_rounding>;
    static constexpr bool mobile_pools = false;
    static constexpr kernel::avg_pool_rule average = kernel::avg_pool_rule::tflite;
    static constexpr bool fixed_point_softmax = true;
};
template <>
struct arithmetic<engine::tflite_single_rounding> : arithmetic<engine::tflite_double_rounding> {
    using matrix = requantize::tflite_single_rounding;
    using add = add_rule::tflite<requantize::tflite_single_rounding>;
    using add_broadcast = add;
    using mul = mul_rule::requantized<requantize::tflite_single_rounding>;
};

/// The rule of a weighted op and of the activation fused behind it. Where oneDNN alone has the fused op, its rule holds
/// under every engine.
template <class Rules, fused_tail Tail>
struct product_rule {
    using type = typename Rules::matrix;
};
template <class Rules>
struct product_rule<Rules, fused_tail::leaky_relu> {
    using type = requantize::onednn_leaky_relu;
};
template <class Rules>
struct product_rule<Rules, fused_tail::tanh> {
    using type = requantize::onednn_tanh;
};
/// Likewise: a convolution and a sum fused behind it.
using fused_sum_rule = conv_add_rule::onednn;

QUANTYPE_END_NAMESPACE
