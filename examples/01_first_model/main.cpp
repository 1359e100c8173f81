// SPDX-License-Identifier: BSL-1.0
#include <cstdio>
#include <quantype/backend/qnnpack.hpp>
#include <quantype/desk.hpp>
#include <quantype/qconfig/default_mappings.hpp>

namespace qz = quantype;
namespace nn = qz::nn;

struct net {
    using inputs = qz::inputs<qz::f32<1, 4>>;
    nn::linear<4, 3> first;
    nn::relu relu;
    nn::linear<3, 2> second;
    QUANTYPE_MODULES(first, relu, second)
    constexpr auto forward(auto x) const { return second(relu(first(x))); }
};
static_assert(qz::can_quantize<net, qz::backends::qnnpack, qz::default_qnnpack_mapping>);

int main() {
    const auto weights = qz::load_safetensors(QUANTYPE_EXAMPLE_DIR "/weights.safetensors");
    const qz::tensor<float> x(qz::shape(1, 4), {0.5f, -1.0f, 0.25f, 2.0f});
    auto prepared = qz::prepare<net, qz::backends::qnnpack, qz::default_qnnpack_mapping>(weights);
    const auto in_float = prepared(x)[0];  // observers watch; calibrate with real data here
    const auto model = qz::convert(prepared);
    const auto in_int8 = model(x)[0];
    std::printf("float32: %8.4f %8.4f\n", static_cast<double>(in_float.data[0]), static_cast<double>(in_float.data[1]));
    std::printf("int8:    %8.4f %8.4f\n", static_cast<double>(in_int8.data[0]), static_cast<double>(in_int8.data[1]));
    std::printf("arena: %d bytes\n", model.arena_bytes);
}
