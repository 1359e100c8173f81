// Written by quantype_export from SmallNet (PyTorch 1.13.0a0). Weights: small_net.safetensors
#pragma once
#include <quantype/model/functional.hpp>

namespace exported {

namespace qz = quantype;
namespace nn = qz::nn;

struct small_net {
    // Residual: blocks.0, blocks.1
    struct residual {
        nn::conv2d<4, 4, 3, nn::padding<1>, nn::no_bias> conv;
        nn::batch_norm2d<4> bn;
        nn::relu relu;
        QUANTYPE_MODULES(conv, bn, relu)
        constexpr auto forward(auto x) const { return relu(bn(conv(x)) + x); }
    };

    using inputs = qz::inputs<qz::f32<1, 1, 8, 8>>;
    nn::conv2d<1, 4, 3, nn::stride<2>, nn::padding<1>> stem;
    qz::sequential<residual, residual> blocks;
    nn::linear<4, 3> fc;
    QUANTYPE_MODULES(stem, blocks, fc)
    constexpr auto forward(auto x) const { return fc(blocks(qz::relu(stem(x))).mean({2, 3})); }
};

}  // namespace exported
