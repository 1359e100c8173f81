// SPDX-License-Identifier: BSL-1.0
// Models with a standalone module, prepared and calibrated by PyTorch (record_standalone.py): converted here from the
// state_dict of the prepared model, run, and compared with PyTorch's converted model.
#include <cstdio>
#include <string>

#include <quantype/backend/qnnpack.hpp>
#include <quantype/desk.hpp>
#include <quantype/run/simd_kernels.hpp>

#include "standalone_codes.hpp"
#include "standalone_floats.hpp"

namespace qz = quantype;

struct mapping {
    static constexpr auto value =
        qz::qconfig_mapping().set_global(qz::qconfig{qz::min_max_observer(), qz::default_weight_observer});
};
struct floats {
    static constexpr auto value = qz::prepare_custom_config().set_standalone_module_name("tail.0");
};
struct codes {
    static constexpr auto value = qz::prepare_custom_config().set_standalone_module_name("tail.0", {0}, {0});
};

template <class Net>
bool compare(const std::string& folder, const std::string& name) {
    const auto state = qz::load_safetensors(folder + "/" + name + "_prepared.safetensors");
    const auto expected = qz::load_safetensors(folder + "/" + name + "_expected.safetensors");
    const auto prepared = qz::prepare<Net, qz::backends::qnnpack, mapping, qz::keep_float>(state, name);
    const auto model = qz::convert(prepared);
    const auto fast = model.template with<qz::simd_kernels<>>();
    std::size_t values = 0, differing = 0;
    for (int sample = 0; expected.contains(std::to_string(sample) + ".input"); ++sample) {
        const auto x = qz::get<float>(expected, std::to_string(sample) + ".input");
        const auto want = qz::get<float>(expected, std::to_string(sample) + ".output");
        const auto y = model(x)[0];
        for (std::size_t i = 0; i < want.data.size(); ++i) differing += y.data.at(i) != want.data[i];
        differing += fast(x)[0].data != y.data;
        values += want.data.size();
    }
    std::printf("export %s: %zu values, %zu differ\n", name.c_str(), values, differing);
    return values > 0 && differing == 0;
}

int main(int count, char** arguments) {
    if (count != 2) return 2;
    const std::string folder = arguments[1];
    const bool good = compare<qz::customized<exported::standalone_floats, floats>>(folder, "standalone_floats");
    return compare<qz::customized<exported::standalone_codes, codes>>(folder, "standalone_codes") && good ? 0 : 1;
}
