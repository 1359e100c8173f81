// SPDX-License-Identifier: BSL-1.0
// ResNet-18 as torchvision writes it: eight basic blocks in four layers, on a 224 x 224 image.
#pragma once
#include "backend.hpp"

namespace bench_models {

/// Two 3x3, plus the block's input.
template <int Channels>
struct basic_block {
    nn::conv2d<Channels, Channels, 3, nn::padding<1>, nn::no_bias> conv1;
    nn::batch_norm2d<Channels> bn1;
    nn::relu relu;
    nn::conv2d<Channels, Channels, 3, nn::padding<1>, nn::no_bias> conv2;
    nn::batch_norm2d<Channels> bn2;
    QUANTYPE_MODULES(conv1, bn1, relu, conv2, bn2)

    constexpr auto forward(auto x) const { return relu(bn2(conv2(relu(bn1(conv1(x))))) + x); }
};

/// The first block of a layer: half the extents, twice the channels.
template <int In>
struct first_basic_block {
    nn::conv2d<In, 2 * In, 3, nn::stride<2>, nn::padding<1>, nn::no_bias> conv1;
    nn::batch_norm2d<2 * In> bn1;
    nn::relu relu;
    nn::conv2d<2 * In, 2 * In, 3, nn::padding<1>, nn::no_bias> conv2;
    nn::batch_norm2d<2 * In> bn2;
    qz::sequential<nn::conv2d<In, 2 * In, 1, nn::stride<2>, nn::no_bias>, nn::batch_norm2d<2 * In>> downsample;
    QUANTYPE_MODULES(conv1, bn1, relu, conv2, bn2, downsample)

    constexpr auto forward(auto x) const {
        const auto y = bn2(conv2(relu(bn1(conv1(x)))));
        return relu(y + downsample(x));
    }
};

struct resnet18 {
    using inputs = qz::inputs<qz::f32<1, 3, 224, 224>>;
    nn::conv2d<3, 64, 7, nn::stride<2>, nn::padding<3>, nn::no_bias> conv1;
    nn::batch_norm2d<64> bn1;
    nn::relu relu;
    nn::max_pool2d<3, nn::stride<2>, nn::padding<1>> maxpool;
    qz::sequential<basic_block<64>, basic_block<64>> layer1;
    qz::sequential<first_basic_block<64>, basic_block<128>> layer2;
    qz::sequential<first_basic_block<128>, basic_block<256>> layer3;
    qz::sequential<first_basic_block<256>, basic_block<512>> layer4;
    nn::adaptive_avg_pool2d<1> avgpool;
    nn::linear<512, 1000> fc;
    QUANTYPE_MODULES(conv1, bn1, relu, maxpool, layer1, layer2, layer3, layer4, avgpool, fc)

    constexpr auto forward(auto x) const {
        x = maxpool(relu(bn1(conv1(x))));
        x = layer4(layer3(layer2(layer1(x))));
        return fc(qz::flatten(avgpool(x), 1));
    }
};

}  // namespace bench_models
