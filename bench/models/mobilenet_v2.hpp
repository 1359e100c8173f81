// SPDX-License-Identifier: BSL-1.0
// MobileNetV2 (width 1.0) as torchvision writes it: 17 inverted residual blocks; 154 calls on a 224 x 224 image.
#pragma once
#include "backend.hpp"

namespace bench_models {

template <int In, int Out, int Kernel, class... Options>
using conv_bn_relu6 =
    qz::sequential<nn::conv2d<In, Out, Kernel, nn::no_bias, Options...>, nn::batch_norm2d<Out>, nn::relu6>;
template <int Channels, int Step>
using depthwise = conv_bn_relu6<Channels, Channels, 3, nn::stride<Step>, nn::padding<1>, nn::groups<Channels>>;
template <int In, int Out>
using project = nn::conv2d<In, Out, 1, nn::no_bias>;

/// Expand, depthwise, project; without the block's input added (the stride or the channels change).
template <int In, int Out, int Step, int Expand = 6>
struct inverted {
    qz::sequential<conv_bn_relu6<In, In * Expand, 1>, depthwise<In * Expand, Step>, project<In * Expand, Out>,
                   nn::batch_norm2d<Out>>
        conv;
    QUANTYPE_MODULES(conv)
    constexpr auto forward(auto x) const { return conv(x); }
};
/// The first block does not expand.
template <int In, int Out>
struct inverted<In, Out, 1, 1> {
    qz::sequential<depthwise<In, 1>, project<In, Out>, nn::batch_norm2d<Out>> conv;
    QUANTYPE_MODULES(conv)
    constexpr auto forward(auto x) const { return conv(x); }
};
/// Expand, depthwise, project, plus the block's input.
template <int Channels>
struct residual {
    qz::sequential<conv_bn_relu6<Channels, Channels * 6, 1>, depthwise<Channels * 6, 1>,
                   project<Channels * 6, Channels>, nn::batch_norm2d<Channels>>
        conv;
    QUANTYPE_MODULES(conv)
    constexpr auto forward(auto x) const { return x + conv(x); }
};

struct mobilenet_v2 {
    using inputs = qz::inputs<qz::f32<1, 3, 224, 224>>;
    qz::sequential<conv_bn_relu6<3, 32, 3, nn::stride<2>, nn::padding<1>>,         //
                   inverted<32, 16, 1, 1>,                                         //
                   inverted<16, 24, 2>, residual<24>,                              //
                   inverted<24, 32, 2>, residual<32>, residual<32>,                //
                   inverted<32, 64, 2>, residual<64>, residual<64>, residual<64>,  //
                   inverted<64, 96, 1>, residual<96>, residual<96>,                //
                   inverted<96, 160, 2>, residual<160>, residual<160>,             //
                   inverted<160, 320, 1>,                                          //
                   conv_bn_relu6<320, 1280, 1>>
        features;
    nn::adaptive_avg_pool2d<1> pool;
    qz::sequential<nn::dropout<20>, nn::linear<1280, 1000>> classifier;
    QUANTYPE_MODULES(features, pool, classifier)

    constexpr auto forward(auto x) const { return classifier(qz::flatten(pool(features(x)), 1)); }
};

}  // namespace bench_models
