// SPDX-License-Identifier: BSL-1.0
// The backend and the mappings of PyTorch's BackendConfig tutorial, which its manifest names but does not hold.
#pragma once
#include <quantype/model/nn/intrinsic.hpp>
#include <quantype/quantype.hpp>

namespace values {

struct tutorial_int8 : quantype::dtype_config {
    static constexpr auto input_dtype =
        quantype::dtype_with_constraints(quantype::quint8).quant_range(0, 255).scale_min(0x1p-12);
    static constexpr auto output_dtype = input_dtype;
    static constexpr quantype::dtype_with_constraints weight_dtype = quantype::qint8;
    static constexpr auto bias_dtype = quantype::float32;
};

inline constexpr auto fuse_conv_relu = [](auto, auto, auto) { return quantype::nn::intrinsic::conv_relu2d{}; };

struct tutorial_backend
    : decltype(quantype::backend_config<"tutorial">()
                   .set_backend_pattern_config(
                       quantype::backend_pattern_config(quantype::pattern<quantype::nn::linear<>>)
                           .set_observation_type(quantype::output_use_different_observer_as_input)
                           .add_dtype_config<tutorial_int8>()
                           .set_root_module<quantype::nn::linear<>>()
                           .set_reference_quantized_module<quantype::reference::linear>())
                   .set_backend_pattern_config(
                       quantype::backend_pattern_config(quantype::pattern<quantype::nn::conv2d<>, quantype::nn::relu>)
                           .set_fuser_method(fuse_conv_relu))
                   .set_backend_pattern_config(
                       quantype::backend_pattern_config(quantype::pattern<quantype::nn::intrinsic::conv_relu2d>)
                           .set_observation_type(quantype::output_use_different_observer_as_input)
                           .add_dtype_config<tutorial_int8>()
                           .set_root_module<quantype::nn::conv2d<>>()
                           .set_reference_quantized_module<quantype::reference::conv2d>())){};

inline constexpr quantype::qconfig tutorial_qconfig{quantype::min_max_observer().quant_range(0, 127).eps(0x1p-12),
                                                    quantype::default_weight_observer};

/// The tutorial's own mapping: activations of 7 bits, for the ops that its backend knows.
struct tutorial_mapping {
    static constexpr auto value = quantype::qconfig_mapping()
                                      .set_object_type<quantype::nn::linear<>>(tutorial_qconfig)
                                      .set_object_type<quantype::nn::conv2d<>>(tutorial_qconfig)
                                      .set_object_type<quantype::nn::batch_norm2d<>>(tutorial_qconfig)
                                      .set_object_type<quantype::nn::relu>(tutorial_qconfig);
};
/// The default mapping of x86. None of its entries for single ops names an op of the tutorial's backend.
struct default_x86_mapping {
    static constexpr auto value = quantype::qconfig_mapping().set_global(quantype::default_x86_qconfig);
};

}  // namespace values
