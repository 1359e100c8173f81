// SPDX-License-Identifier: BSL-1.0
// usage: read_model FOLDER: the model that was written as ONNX and imported again gives the same results, bit for bit.
#include <quantype/backend/onnx.hpp>
#include <quantype/backend/qnnpack.hpp>
#include <quantype/run/onnx_parameters.hpp>

#include "onnx/round_trip.hpp"
#include QUANTYPE_IMPORTED_HEADER

namespace qz = quantype;

#ifdef QUANTYPE_CODED  // the file takes and gives codes
using net = qz::customized<exported::imported, exported::imported_codes>;
using value = std::uint8_t;
#else
using net = exported::imported;
using value = float;
#endif

int main(int, char** arguments) {
    using backend = QUANTYPE_BACKEND;
    using mapping = exported::imported_mapping;
    const std::string folder = arguments[1];
    const auto numbers =
        qz::onnx_parameters<net, backend, mapping>(qz::load_safetensors(folder + "/imported_quantized.safetensors"));
    const auto model = qz::convert_from<net, backend, mapping, qz::keep_float>(
        qz::load_safetensors(folder + "/imported.safetensors"), numbers);
    const auto samples = round_trip::read_values<value>(folder + "/inputs.bin");
    const auto want = round_trip::read_values<value>(folder + "/outputs.bin");
    const auto have = round_trip::run_all(model, net::inputs::shapes()[0], samples);
    std::size_t differ = want.size() != have.size();
    for (std::size_t i = 0; i < want.size() && i < have.size(); ++i) differ += want[i] != have[i];
    std::cout << "onnx round trip: " << want.size() << " values, " << differ << " differ\n";
    return differ == 0 && !want.empty() ? 0 : 1;
}
