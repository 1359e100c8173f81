// SPDX-License-Identifier: BSL-1.0
#include <iostream>
#include <quantype/backend/qnnpack.hpp>
#include <quantype/desk.hpp>
#include <quantype/qconfig/default_mappings.hpp>
namespace qz = quantype;

struct net {
    using inputs = qz::inputs<qz::f32<1, 4>>;
    qz::nn::linear<4, 3> first;
    qz::nn::relu relu;
    qz::nn::linear<3, 2> second;
    QUANTYPE_MODULES(first, relu, second)
    constexpr auto forward(auto x) const { return second(relu(first(x))); }
};

int main() {
    const auto weights = qz::load_safetensors(QUANTYPE_EXAMPLE_DIR "/weights.safetensors");
    const qz::tensor<float> x(qz::shape(1, 4), {0.5f, -1.0f, 0.25f, 2.0f});
    auto prepared = qz::prepare<net, qz::backends::qnnpack, qz::default_qnnpack_mapping>(weights);
    const auto in_float = prepared(x);         // the observers watch; a real model takes more than one input
    const auto model = qz::convert(prepared);  // int8 from here on
    std::cout << in_float[0].data[0] << " in float32, " << model(x)[0].data[0] << " in int8\n";
}
