// SPDX-License-Identifier: BSL-1.0
// usage: read_model FOLDER: the model that was written as ONNX and imported again gives the same results, bit for bit.
#include <quantype/backend/onnx.hpp>
#include <quantype/backend/qnnpack.hpp>
#include <quantype/run/onnx_parameters.hpp>

#include "onnx/round_trip.hpp"
#include QUANTYPE_IMPORTED_HEADER

namespace qz = quantype;

int main(int, char** arguments) {
    using net = exported::imported;
    using backend = QUANTYPE_BACKEND;
    using mapping = exported::imported_mapping;
    const std::string folder = arguments[1];
    const auto numbers =
        qz::onnx_parameters<net, backend, mapping>(qz::load_safetensors(folder + "/imported_quantized.safetensors"));
    const auto model = qz::convert_from<net, backend, mapping, qz::keep_float>(
        qz::load_safetensors(folder + "/imported.safetensors"), numbers);
    const std::vector<float> samples = round_trip::read_floats(folder + "/inputs.bin");
    const std::vector<float> want = round_trip::read_floats(folder + "/outputs.bin");
    const std::vector<float> have = round_trip::run_all(model, net::inputs::shapes()[0], samples);
    std::size_t differ = want.size() != have.size();
    for (std::size_t i = 0; i < want.size() && i < have.size(); ++i) differ += want[i] != have[i];
    std::cout << "onnx round trip: " << want.size() << " values, " << differ << " differ\n";
    return differ == 0 && !want.empty() ? 0 : 1;
}
