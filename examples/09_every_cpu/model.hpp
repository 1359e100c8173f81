// SPDX-License-Identifier: BSL-1.0
// What the program and its levels share: the model's types.
#pragma once
#include <quantype/backend/qnnpack.hpp>
#include <quantype/qconfig/default_mappings.hpp>
#include <quantype/run/level_model.hpp>

namespace every_cpu {

struct net {
    using inputs = quantype::inputs<quantype::f32<1, 3, 9, 9>>;
    quantype::nn::conv2d<3, 40, 3> conv;
    quantype::nn::relu relu;
    quantype::nn::linear<1960, 10> out;
    QUANTYPE_MODULES(conv, relu, out)
    constexpr auto forward(auto x) const { return out(flatten(relu(conv(x)), 1)); }
};

using backend = quantype::backends::qnnpack;
using mapping = quantype::default_qnnpack_mapping;
using model = quantype::quantized_model<net, backend, mapping>;

}  // namespace every_cpu
