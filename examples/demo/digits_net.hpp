// SPDX-License-Identifier: BSL-1.0
// DigitsNet of train_digits.py: members are named as in the state_dict that the script saved.
#pragma once
#include <quantype/backend/qnnpack.hpp>
#include <quantype/qconfig/default_mappings.hpp>
#include <quantype/quantype.hpp>

namespace digits {

namespace qz = quantype;
namespace nn = qz::nn;

template <int Channels>
struct residual_block {
    nn::conv2d<Channels, Channels, 3, nn::padding<1>, nn::no_bias> conv1;
    nn::batch_norm2d<Channels> bn1;
    nn::relu relu;
    nn::conv2d<Channels, Channels, 3, nn::padding<1>, nn::no_bias> conv2;
    nn::batch_norm2d<Channels> bn2;
    nn::relu relu_out;
    QUANTYPE_MODULES(conv1, bn1, relu, conv2, bn2, relu_out)
    constexpr auto forward(auto x) const { return relu_out(bn2(conv2(relu(bn1(conv1(x))))) + x); }
};

template <int In, int Out>
struct depthwise_separable {
    nn::conv2d<In, In, 3, nn::padding<1>, nn::groups<In>, nn::no_bias> depthwise;
    nn::batch_norm2d<In> bn1;
    nn::relu relu1;
    nn::conv2d<In, Out, 1, nn::no_bias> pointwise;
    nn::batch_norm2d<Out> bn2;
    nn::relu relu2;
    QUANTYPE_MODULES(depthwise, bn1, relu1, pointwise, bn2, relu2)
    constexpr auto forward(auto x) const { return relu2(bn2(pointwise(relu1(bn1(depthwise(x)))))); }
};

struct net {
    using inputs = qz::inputs<qz::f32<1, 1, 8, 8>>;  // pixels / 16
    nn::conv2d<1, 16, 3, nn::padding<1>, nn::no_bias> conv;
    nn::batch_norm2d<16> bn;
    nn::relu relu;
    residual_block<16> block;
    nn::max_pool2d<2> pool;
    depthwise_separable<16, 32> separable;
    nn::adaptive_avg_pool2d<1> avgpool;
    nn::linear<32, 10> fc;
    QUANTYPE_MODULES(conv, bn, relu, block, pool, separable, avgpool, fc)
    constexpr auto forward(auto x) const {
        x = pool(block(relu(bn(conv(x)))));
        return fc(flatten(avgpool(separable(x)), 1));
    }
};

using backend = qz::backends::qnnpack;
using mapping = qz::default_qnnpack_mapping;

static_assert(qz::can_quantize<net, backend, mapping>);

}  // namespace digits
