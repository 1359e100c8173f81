// SPDX-License-Identifier: BSL-1.0
// Functions, methods and modules that only some tables name, in float and quantized by record_names.py, against
// PyTorch: the backend is the one that PyTorch had, through the exporter.
#include "names.hpp"
#include "names_backend.hpp"
#include "support/sequence_check.hpp"

namespace qz = quantype;

struct mapping {
    static constexpr auto value =
        qz::default_qnnpack_mapping::value.set_object_type<qz::fn::embedding>(qz::float_qparams_weight_only_qconfig);
};

int main(int count, char** arguments) {
    if (count != 2) return 2;
    const std::string folder = arguments[1];
    using net = exported::names;
    using backend = exported::names_backend;
    const auto weights = qz::load_safetensors(folder + "/names.safetensors");
    const auto as_float = qz::convert(qz::prepare<net, backend, sequences::nothing, qz::keep_float>(weights));
    bool good = sequences::compare(as_float, qz::load_safetensors(folder + "/expected_float.safetensors"),
                                   "names in float", 1e-5);
    const auto numbers =
        qz::torch_parameters<net, backend, mapping>(qz::load_safetensors(folder + "/names_quantized.safetensors"));
    const auto quantized = qz::convert_from<net, backend, mapping>(weights, numbers);
    good = sequences::compare(quantized, qz::load_safetensors(folder + "/expected_quantized.safetensors"),
                              "names quantized", 0) &&
           good;
    return good ? 0 : 1;
}
