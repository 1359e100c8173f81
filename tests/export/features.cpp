// SPDX-License-Identifier: BSL-1.0
// Every construct that an exported header can hold, run in float against PyTorch; and the backends of the PyTorch that
// is installed, as headers. record_features.py writes what is included here.
#include <cmath>
#include <cstdio>
#include <string>

#include <quantype/desk.hpp>
#include <quantype/qconfig/default_mappings.hpp>

#include "fbgemm.hpp"
#include "features.hpp"
#include "native.hpp"
#include "qnnpack.hpp"
#include "tensorrt.hpp"

namespace qz = quantype;

static_assert(qz::valid_backend<exported::native_here> && qz::valid_backend<exported::qnnpack_here>);
static_assert(qz::valid_backend<exported::fbgemm_here> && qz::valid_backend<exported::tensorrt_here>);

struct nothing_quantized {
    static constexpr auto value = qz::qconfig_mapping();
};

int main(int count, char** arguments) {
    if (count != 2) return 2;
    const std::string folder = arguments[1];
    const auto weights = qz::load_safetensors(folder + "/features.safetensors");
    const auto expected = qz::load_safetensors(folder + "/expected.safetensors");
    auto model = qz::prepare<exported::features, exported::qnnpack_here, nothing_quantized, qz::keep_float>(weights);
    const auto y = model(qz::get<float>(expected, "input.0"), qz::get<float>(expected, "input.1"));
    double largest = 0, scale = 0;
    std::size_t values = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
        const auto want = qz::get<float>(expected, "output." + std::to_string(i), y[i].extents);
        for (std::size_t k = 0; k < want.data.size(); ++k, ++values) {
            largest =
                std::fmax(largest, std::fabs(static_cast<double>(y[i].data[k]) - static_cast<double>(want.data[k])));
            scale = std::fmax(scale, std::fabs(static_cast<double>(want.data[k])));
        }
    }
    std::printf("export features: %zu outputs, %zu values, largest difference %.2g of %.2g\n", y.size(), values,
                largest, scale);
    return y.size() == 2 && values == 6 && largest <= 1e-5 * scale ? 0 : 1;
}
