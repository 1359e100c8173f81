// SPDX-License-Identifier: BSL-1.0
// ResNet-50 as torchvision writes it: 16 bottleneck blocks in four layers; 174 calls on a 224 x 224 image.
#pragma once
#include "resnet.hpp"

namespace bench_models {

/// 1x1, 3x3, 1x1; the 3x3 carries the stride. `relu` is one module that is called three times.
template <int Mid>
struct bottleneck {
    nn::conv2d<4 * Mid, Mid, 1, nn::no_bias> conv1;
    nn::batch_norm2d<Mid> bn1;
    nn::conv2d<Mid, Mid, 3, nn::padding<1>, nn::no_bias> conv2;
    nn::batch_norm2d<Mid> bn2;
    nn::conv2d<Mid, 4 * Mid, 1, nn::no_bias> conv3;
    nn::batch_norm2d<4 * Mid> bn3;
    nn::relu relu;
    QUANTYPE_MODULES(conv1, bn1, conv2, bn2, conv3, bn3, relu)

    constexpr auto forward(auto x) const {
        auto y = relu(bn1(conv1(x)));
        y = relu(bn2(conv2(y)));
        return relu(bn3(conv3(y)) + x);
    }
};

/// The first block of a layer: its input is projected to the new size.
template <int In, int Mid, int Step>
struct first_bottleneck {
    nn::conv2d<In, Mid, 1, nn::no_bias> conv1;
    nn::batch_norm2d<Mid> bn1;
    nn::conv2d<Mid, Mid, 3, nn::stride<Step>, nn::padding<1>, nn::no_bias> conv2;
    nn::batch_norm2d<Mid> bn2;
    nn::conv2d<Mid, 4 * Mid, 1, nn::no_bias> conv3;
    nn::batch_norm2d<4 * Mid> bn3;
    nn::relu relu;
    qz::sequential<nn::conv2d<In, 4 * Mid, 1, nn::stride<Step>, nn::no_bias>, nn::batch_norm2d<4 * Mid>> downsample;
    QUANTYPE_MODULES(conv1, bn1, conv2, bn2, conv3, bn3, relu, downsample)

    constexpr auto forward(auto x) const {
        auto y = relu(bn1(conv1(x)));
        y = relu(bn2(conv2(y)));
        return relu(bn3(conv3(y)) + downsample(x));
    }
};

using resnet50 =
    resnet<qz::sequential<first_bottleneck<64, 64, 1>, bottleneck<64>, bottleneck<64>>,
           qz::sequential<first_bottleneck<256, 128, 2>, bottleneck<128>, bottleneck<128>, bottleneck<128>>,
           qz::sequential<first_bottleneck<512, 256, 2>, bottleneck<256>, bottleneck<256>, bottleneck<256>,
                          bottleneck<256>, bottleneck<256>>,
           qz::sequential<first_bottleneck<1024, 512, 2>, bottleneck<512>, bottleneck<512>>, 2048>;

}  // namespace bench_models
