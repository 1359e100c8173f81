// SPDX-License-Identifier: BSL-1.0
// A small backend, QConfig and mapping that are in order; every case breaks one thing.
#pragma once
#include <quantype/quantype.hpp>

namespace qz = quantype;
namespace nn = qz::nn;
namespace nni = qz::nn::intrinsic;

inline constexpr auto codes = qz::dtype_with_constraints(qz::quint8).quant_range(0, 255).scale_min(0x1p-12);
struct weighted : qz::dtype_config {
    static constexpr auto input_dtype = codes, output_dtype = codes;
    static constexpr qz::dtype_with_constraints weight_dtype = qz::qint8;
};
struct plain : qz::dtype_config {
    static constexpr auto input_dtype = codes, output_dtype = codes;
};
struct zero_to_one : qz::dtype_config {
    static constexpr auto input_dtype = qz::dtype_with_constraints(qz::quint8);
    static constexpr auto output_dtype = input_dtype.exactly(0x1p-8, 0);
};

inline constexpr auto fuse_conv_relu = [](auto, auto, auto) { return nni::conv_relu2d{}; };
inline constexpr auto linear_row = qz::backend_pattern_config(qz::pattern<nn::linear<>>)
                                       .add_dtype_config<weighted>()
                                       .set_root_module<nn::linear<>>()
                                       .set_reference_quantized_module<qz::reference::linear>();
inline constexpr auto fuse_row =
    qz::backend_pattern_config(qz::pattern<nn::conv2d<>, nn::relu>).set_fuser_method(fuse_conv_relu);
inline constexpr auto fused_row = qz::backend_pattern_config(qz::pattern<nni::conv_relu2d>)
                                      .add_dtype_config<weighted>()
                                      .set_root_module<nn::conv2d<>>()
                                      .set_reference_quantized_module<qz::reference::conv2d>();

/// Linear, and convolution fused with relu.
struct small_backend
    : decltype(qz::backend_config<"small">().set_backend_pattern_configs(linear_row, fuse_row, fused_row)){};

inline constexpr qz::qconfig good{qz::min_max_observer().quant_range(0, 127).eps(0x1p-12), qz::default_weight_observer};
struct everywhere {
    static constexpr auto value = qz::qconfig_mapping().set_global(good);
};
