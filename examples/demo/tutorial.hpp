// SPDX-License-Identifier: BSL-1.0
// PyTorch's BackendConfig tutorial as types: a backend of one's own, two models, a QConfig mapping.
#pragma once
#include <quantype/quantype.hpp>

namespace tutorial {

namespace qz = quantype;
namespace nn = qz::nn;

// What the backend's int8 kernels can do: quint8 activations of 0..255 and scales of at least 2^-12, qint8 weights.
struct weighted_int8 : qz::dtype_config {
    static constexpr auto input_dtype = qz::dtype_with_constraints(qz::quint8).quant_range(0, 255).scale_min(0x1p-12);
    static constexpr auto output_dtype = input_dtype;
    static constexpr qz::dtype_with_constraints weight_dtype = qz::qint8;
    static constexpr auto bias_dtype = qz::float32;
};

// linear alone; conv and relu become one module, and that module is quantized.
inline constexpr auto linear_config = qz::backend_pattern_config(qz::pattern<nn::linear<>>)
                                          .set_observation_type(qz::output_use_different_observer_as_input)
                                          .add_dtype_config<weighted_int8>()
                                          .set_root_module<nn::linear<>>()
                                          .set_reference_quantized_module<qz::reference::linear>();

inline constexpr auto fuse_conv_relu = [](auto /*is_qat*/, auto /*conv*/, auto /*relu*/) {
    return nn::intrinsic::conv_relu2d{};
};
inline constexpr auto conv_relu_config =
    qz::backend_pattern_config(qz::pattern<nn::conv2d<>, nn::relu>).set_fuser_method(fuse_conv_relu);

inline constexpr auto fused_conv_relu_config = qz::backend_pattern_config(qz::pattern<nn::intrinsic::conv_relu2d>)
                                                   .set_observation_type(qz::output_use_different_observer_as_input)
                                                   .add_dtype_config<weighted_int8>()
                                                   .set_root_module<nn::conv2d<>>()
                                                   .set_reference_quantized_module<qz::reference::conv2d>();

struct my_backend : decltype(qz::backend_config<"my_backend">()
                                 .set_backend_pattern_config(linear_config)
                                 .set_backend_pattern_config(conv_relu_config)
                                 .set_backend_pattern_config(fused_conv_relu_config)){};
static_assert(qz::valid_backend<my_backend>);

// How to quantize: observers that stay within the backend's limits.
inline constexpr qz::qconfig my_qconfig{qz::min_max_observer().quant_range(0, 127).eps(0x1p-12),
                                        qz::default_weight_observer};
struct my_mapping {
    static constexpr auto value = qz::qconfig_mapping()
                                      .set_object_type<nn::linear<>>(my_qconfig)
                                      .set_object_type<nn::conv2d<>>(my_qconfig)
                                      .set_object_type<nn::batch_norm2d<>>(my_qconfig)
                                      .set_object_type<nn::relu>(my_qconfig);
};

struct conv_relu_model {
    using inputs = qz::inputs<qz::f32<1, 3, 10, 10>>;
    nn::linear<10, 3> linear;
    nn::conv2d<3, 3, 3> conv;
    nn::relu relu;
    nn::sigmoid sigmoid;
    QUANTYPE_MODULES(linear, conv, relu, sigmoid)
    constexpr auto forward(auto x) const { return sigmoid(relu(conv(linear(x)))); }
};

// The same with a batch norm between, a pattern that my_backend does not know.
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

}  // namespace tutorial
