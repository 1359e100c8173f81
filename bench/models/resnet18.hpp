// SPDX-License-Identifier: BSL-1.0
// ResNet-18 as torchvision writes it: eight basic blocks in four layers, on a 224 x 224 image.
#pragma once
#include "resnet.hpp"

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

using resnet18 =
    resnet<qz::sequential<basic_block<64>, basic_block<64>>, qz::sequential<first_basic_block<64>, basic_block<128>>,
           qz::sequential<first_basic_block<128>, basic_block<256>>,
           qz::sequential<first_basic_block<256>, basic_block<512>>, 512>;

}  // namespace bench_models
