// SPDX-License-Identifier: BSL-1.0
#include <iostream>
#include <quantype/backend/onnx.hpp>
#include <quantype/desk.hpp>
#include <quantype/run/onnx_parameters.hpp>
#include <quantype/run/write_onnx.hpp>

#include "small_net.hpp"
namespace qz = quantype;
using net = exported::small_net;
using backend = qz::backends::onnx;
using mapping = exported::small_net_mapping;

int main() {
    const std::string folder = QUANTYPE_EXAMPLE_DIR;
    const auto weights = qz::load_safetensors(folder + "/small_net.safetensors");
    const auto numbers = qz::load_safetensors(folder + "/small_net_quantized.safetensors");
    const auto model =
        qz::convert_from<net, backend, mapping>(weights, qz::onnx_parameters<net, backend, mapping>(numbers));
    const qz::tensor<float> x(qz::shape(1, 1, 8, 8), std::vector<float>(64, 0.5f));
    const auto outputs = model(x);
    for (const float y : outputs[0].data) std::cout << y << '\n';
    qz::write_onnx(model, "small_net_again.onnx");
}
