// SPDX-License-Identifier: BSL-1.0
// usage: write_real MODEL FOLDER SAMPLES: calibrates a real model of QUANTYPE_MODELS_DIR on a few of its samples and
// writes it as ONNX, with SAMPLES samples and the codes' results. `torch_net` comes from tools/model_generator.
#include <quantype/backend/onnx.hpp>
#include <quantype/backend/qnnpack.hpp>
#include <quantype/qconfig/default_mappings.hpp>

#include "golden/real_data.hpp"
#include "onnx/round_trip.hpp"
#include QUANTYPE_MODEL_HEADER

int main(int, char** arguments) {
    namespace qz = quantype;
    using net = torch_net;
    const real_models::real_model m(arguments[1]);
    const qz::shape extents = net::inputs::shapes()[0];
    auto prepared = qz::prepare<net, QUANTYPE_BACKEND, qz::default_qnnpack_mapping, qz::keep_float>(m.weights, m.name);
    const int count = std::min(m.inputs.count, std::stoi(arguments[3]));
    for (int i = 0; i < count; ++i)
        prepared(qz::tensor<float>(extents, std::vector<float>(m.inputs[i], m.inputs[i] + m.inputs.size)));
    const std::vector<float> samples(m.inputs[0], m.inputs[count - 1] + m.inputs.size);
    round_trip::write(qz::convert(prepared), extents, samples, arguments[2]);
}
