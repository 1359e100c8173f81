// Written by quantype_export from small_net.onnx (quantype 0.1). Weights: small_net.safetensors
#pragma once
#include <quantype/model/functional.hpp>
#include <quantype/qconfig/qconfig_mapping.hpp>

namespace exported {

namespace qz = quantype;
namespace nn = qz::nn;

struct small_net {
    using inputs = qz::inputs<qz::f32<1, 1, 8, 8>>;
    nn::conv2d<1, 4, 3, nn::stride<2>, nn::padding<1>> stem;
    nn::conv2d<4, 4, 3, nn::padding<1>> blocks_0_conv;
    nn::conv2d<4, 4, 3, nn::padding<1>> blocks_1_conv;
    nn::linear<4, 3> fc;
    QUANTYPE_MODULES(stem, blocks_0_conv, blocks_1_conv, fc)
    constexpr auto forward(auto x) const {
        const auto relu = qz::relu(stem(x));
        const auto relu_1 = qz::relu(blocks_0_conv(relu) + relu);
        return fc((qz::relu(blocks_1_conv(relu_1) + relu_1)).mean({2, 3}));
    }
};

/// Quantizes what the file quantizes. The numbers are those of small_net_quantized.safetensors.
struct small_net_mapping {
    static constexpr auto value = qz::qconfig_mapping().set_global(qz::default_qnnpack_qconfig);
};

}  // namespace exported
