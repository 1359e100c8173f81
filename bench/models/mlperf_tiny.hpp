// SPDX-License-Identifier: BSL-1.0
// The four networks of MLPerf Tiny v1.0 in their sizes, with batch norms folded: keyword spotting (DS-CNN), image
// classification (ResNet8), visual wake words (MobileNetV1, width 0.25), anomaly detection (an autoencoder).
#pragma once
#include "backend.hpp"

namespace bench_models {

template <int Channels, int Step = 1>
using depthwise_relu =
    qz::sequential<nn::conv2d<Channels, Channels, 3, nn::stride<Step>, nn::padding<1>, nn::groups<Channels>>, nn::relu>;
template <int In, int Out>
using pointwise_relu = qz::sequential<nn::conv2d<In, Out, 1>, nn::relu>;
template <int In, int Out, int Step = 1>
using separable = qz::sequential<depthwise_relu<In, Step>, pointwise_relu<In, Out>>;

struct ds_cnn {
    using inputs = qz::inputs<qz::f32<1, 1, 49, 10>>;
    nn::conv2d<1, 64, nn::extent(10, 4), nn::stride<2>, nn::padding<5, 1>> conv;
    nn::relu relu;
    qz::sequential<separable<64, 64>, separable<64, 64>, separable<64, 64>, separable<64, 64>> blocks;
    nn::adaptive_avg_pool2d<1> pool;
    nn::linear<64, 12> fc;
    QUANTYPE_MODULES(conv, relu, blocks, pool, fc)

    constexpr auto forward(auto x) const { return fc(qz::flatten(pool(blocks(relu(conv(x)))), 1)); }
};

/// Two 3x3, plus the input, projected to the new size.
template <int In, int Step>
struct tiny_block {
    static constexpr int out = In * Step;
    nn::conv2d<In, out, 3, nn::stride<Step>, nn::padding<1>> conv1;
    nn::conv2d<out, out, 3, nn::padding<1>> conv2;
    nn::conv2d<In, out, 1, nn::stride<Step>> shortcut;
    nn::relu relu;
    QUANTYPE_MODULES(conv1, conv2, shortcut, relu)

    constexpr auto forward(auto x) const { return relu(shortcut(x) + conv2(relu(conv1(x)))); }
};
struct resnet8 {
    using inputs = qz::inputs<qz::f32<1, 3, 32, 32>>;
    nn::conv2d<3, 16, 3, nn::padding<1>> conv;
    nn::conv2d<16, 16, 3, nn::padding<1>> conv1;
    nn::conv2d<16, 16, 3, nn::padding<1>> conv2;
    nn::relu relu;
    tiny_block<16, 2> block2;
    tiny_block<32, 2> block3;
    nn::adaptive_avg_pool2d<1> pool;
    nn::linear<64, 10> fc;
    QUANTYPE_MODULES(conv, conv1, conv2, relu, block2, block3, pool, fc)

    constexpr auto forward(auto x) const {
        const auto a = relu(conv(x));
        const auto b = relu(a + conv2(relu(conv1(a))));
        return fc(qz::flatten(pool(block3(block2(b))), 1));
    }
};

struct mobilenet_v1 {
    using inputs = qz::inputs<qz::f32<1, 3, 96, 96>>;
    nn::conv2d<3, 8, 3, nn::stride<2>, nn::padding<1>> conv;
    nn::relu relu;
    qz::sequential<separable<8, 16>, separable<16, 32, 2>, separable<32, 32>, separable<32, 64, 2>, separable<64, 64>,
                   separable<64, 128, 2>, separable<128, 128>, separable<128, 128>, separable<128, 128>,
                   separable<128, 128>, separable<128, 128>, separable<128, 256, 2>, separable<256, 256>>
        blocks;
    nn::adaptive_avg_pool2d<1> pool;
    nn::linear<256, 2> fc;
    QUANTYPE_MODULES(conv, relu, blocks, pool, fc)

    constexpr auto forward(auto x) const { return fc(qz::flatten(pool(blocks(relu(conv(x)))), 1)); }
};

template <int In, int Out>
using dense_relu = qz::sequential<nn::linear<In, Out>, nn::relu>;
struct autoencoder {
    using inputs = qz::inputs<qz::f32<1, 640>>;
    qz::sequential<dense_relu<640, 128>, dense_relu<128, 128>, dense_relu<128, 128>, dense_relu<128, 128>,
                   dense_relu<128, 8>, dense_relu<8, 128>, dense_relu<128, 128>, dense_relu<128, 128>,
                   dense_relu<128, 128>, nn::linear<128, 640>>
        layers;
    QUANTYPE_MODULES(layers)

    constexpr auto forward(auto x) const { return layers(x); }
};

}  // namespace bench_models
