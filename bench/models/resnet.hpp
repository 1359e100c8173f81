// SPDX-License-Identifier: BSL-1.0
// What torchvision's ResNets have in common: a stem, four layers of blocks, a classifier; on a 224 x 224 image.
#pragma once
#include "backend.hpp"

namespace bench_models {

/// `Layer1` ... `Layer4`: sequential blocks; `Features`: the channels that the last one gives.
template <class Layer1, class Layer2, class Layer3, class Layer4, int Features>
struct resnet {
    using inputs = qz::inputs<qz::f32<1, 3, 224, 224>>;
    nn::conv2d<3, 64, 7, nn::stride<2>, nn::padding<3>, nn::no_bias> conv1;
    nn::batch_norm2d<64> bn1;
    nn::relu relu;
    nn::max_pool2d<3, nn::stride<2>, nn::padding<1>> maxpool;
    Layer1 layer1;
    Layer2 layer2;
    Layer3 layer3;
    Layer4 layer4;
    nn::adaptive_avg_pool2d<1> avgpool;
    nn::linear<Features, 1000> fc;
    QUANTYPE_MODULES(conv1, bn1, relu, maxpool, layer1, layer2, layer3, layer4, avgpool, fc)

    constexpr auto forward(auto x) const {
        x = maxpool(relu(bn1(conv1(x))));
        x = layer4(layer3(layer2(layer1(x))));
        return fc(qz::flatten(avgpool(x), 1));
    }
};

}  // namespace bench_models
