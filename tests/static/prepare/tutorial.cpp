// SPDX-License-Identifier: BSL-1.0
// The BackendConfig tutorial and its two failure experiments: what is fused, observed, converted, lowered and planned.
#include <quantype/lower/plan.hpp>

#include "static/small_backend.hpp"

struct conv_relu_model {
    using inputs = qz::inputs<qz::f32<1, 3, 10, 10>>;
    nn::linear<10, 3> linear;
    nn::conv2d<3, 3, 3> conv;
    nn::relu relu;
    nn::sigmoid sigmoid;
    QUANTYPE_MODULES(linear, conv, relu, sigmoid)
    constexpr auto forward(auto x) const { return sigmoid(relu(conv(linear(x)))); }
};
struct conv_bn_relu_model {
    using inputs = qz::inputs<qz::f32<1, 3, 10, 10>>;
    nn::linear<10, 3> linear;
    nn::conv2d<3, 3, 3> conv;
    nn::batch_norm2d<3> bn;
    nn::relu relu;
    nn::sigmoid sigmoid;
    QUANTYPE_MODULES(linear, conv, bn, relu, sigmoid)
    constexpr auto forward(auto x) const { return sigmoid(relu(bn(conv(linear(x))))); }
};
struct tutorial_mapping {
    static constexpr auto value = qz::qconfig_mapping()
                                      .set_object_type<nn::linear<>>(narrow)
                                      .set_object_type<nn::conv2d<>>(narrow)
                                      .set_object_type<nn::batch_norm2d<>>(narrow)
                                      .set_object_type<nn::relu>(narrow);
};
struct default_mapping {
    static constexpr auto value = qz::qconfig_mapping().set_global(qz::default_qnnpack_qconfig);
};

namespace tutorial {
using net = conv_relu_model;
static_assert(qz::can_quantize<net, tutorial_backend, tutorial_mapping>);
constexpr auto& prepared = qz::stage::prepared<net, tutorial_backend, tutorial_mapping>;
static_assert(prepared.observer_count == 3);  // input, linear, conv_relu
static_assert(decision_at<net, tutorial_backend, tutorial_mapping>(module_node<net>("linear")) ==
              qz::decision::quantized);
static_assert(decision_at<net, tutorial_backend, tutorial_mapping>(module_node<net>("relu")) ==
              qz::decision::inside_pattern);
static_assert(decision_at<net, tutorial_backend, tutorial_mapping>(module_node<net>("sigmoid")) ==
              qz::decision::float_by_choice);
// x, scale, zero point, quantize, linear, conv_relu, dequantize, sigmoid, output: qparams of quantized ops are theirs
static_assert(live(qz::stage::lowered<net, tutorial_backend, tutorial_mapping>.view()) == 9);
constexpr auto& plan = qz::stage::plan<net, tutorial_backend, tutorial_mapping>;
static_assert(plan.error == qz::plan_error::none);
static_assert(plan.step_count == 6);
static_assert(plan.steps[0].kind == qz::step_kind::quantize);
static_assert(plan.steps[1].kind == qz::step_kind::linear);
static_assert(plan.steps[2].kind == qz::step_kind::permute);  // linear works on W, the convolution on channels
static_assert(plan.steps[3].kind == qz::step_kind::conv);
static_assert(plan.steps[4].kind == qz::step_kind::dequantize);
static_assert(plan.steps[5].kind == qz::step_kind::float_op);
}  // namespace tutorial

// Experiment 1: the backend does not know conv-bn-relu. Only linear is quantized.
namespace unknown_pattern {
using net = conv_bn_relu_model;
static_assert(qz::can_quantize<net, tutorial_backend, tutorial_mapping, qz::keep_float>);
static_assert(qz::stage::prepared<net, tutorial_backend, tutorial_mapping>.observer_count == 2);
constexpr qz::decision of(std::string_view path) {
    return decision_at<net, tutorial_backend, tutorial_mapping>(module_node<net>(path));
}
static_assert(of("linear") == qz::decision::quantized);
static_assert(of("conv") == qz::decision::no_pattern);
static_assert(of("bn") == qz::decision::no_pattern);
static_assert(of("relu") == qz::decision::no_pattern);
}  // namespace unknown_pattern

// Experiment 2: the default mapping has eps 2^-23; the backend asks for 2^-12. Nothing is quantized.
namespace scale_floor {
using net = conv_relu_model;
static_assert(qz::can_quantize<net, tutorial_backend, default_mapping, qz::keep_float>);
static_assert(qz::stage::prepared<net, tutorial_backend, default_mapping>.observer_count == 0);
constexpr auto found =
    qz::prepared_view_of<net, tutorial_backend, default_mapping>().report[module_node<net>("linear")];
static_assert(found.what == qz::decision::scale_min);
static_assert(found.have[0] == 0x1p-23 && found.need[0] == 0x1p-12);
}  // namespace scale_floor
