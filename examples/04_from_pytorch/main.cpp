// SPDX-License-Identifier: BSL-1.0
#include <iostream>
#include <quantype/backend/qnnpack.hpp>
#include <quantype/desk.hpp>
#include <quantype/qconfig/default_mappings.hpp>

#include "small_dsp.hpp"
#include "small_net.hpp"
namespace qz = quantype;
using net = exported::small_net;
using backend = qz::backends::qnnpack;
using mapping = qz::default_qnnpack_mapping;
static_assert(qz::can_quantize<net, exported::small_dsp, qz::default_x86_mapping, qz::keep_float>);

int main() {
    const std::string folder = QUANTYPE_EXAMPLE_DIR;
    const auto weights = qz::load_safetensors(folder + "/small_net.safetensors");
    const auto numbers = qz::load_safetensors(folder + "/small_net_quantized.safetensors");
    const auto model =
        qz::convert_from<net, backend, mapping>(weights, qz::torch_parameters<net, backend, mapping>(numbers));
    const qz::tensor<float> x(qz::shape(1, 1, 8, 8), std::vector<float>(64, 0.5f));
    const auto outputs = model(x);
    for (const float y : outputs[0].data) std::cout << y << '\n';
}
