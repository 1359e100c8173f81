// SPDX-License-Identifier: BSL-1.0
// usage: write_digits DATA FOLDER: calibrates the trained network of examples/demo, writes it as ONNX, and its test
// images with the codes' results.
#include "../../examples/demo/digits_net.hpp"
#include "onnx/round_trip.hpp"

namespace qz = quantype;

namespace {

std::vector<float> images(const std::string& path, std::size_t most) {
    const auto pixels = qz::get<std::uint8_t>({{"images", qz::load_npy(path)}}, "images", path);
    std::vector<float> values;
    for (std::size_t i = 0; i < pixels.data.size() && i < most * 64; ++i)
        values.push_back(static_cast<float>(pixels.data[i]) / 16);
    return values;
}

}  // namespace

int main(int, char** arguments) {
    const std::string data = arguments[1], folder = arguments[2];
    auto prepared =
        qz::prepare<digits::net, digits::backend, digits::mapping>(qz::load_safetensors(data + "/digits.safetensors"));
    const std::vector<float> seen = images(data + "/calibration_images.npy", 64);
    prepared(qz::tensor<float>(qz::shape(static_cast<int>(seen.size() / 64), 1, 8, 8), seen));
    round_trip::write(qz::convert(prepared), qz::shape(1, 1, 8, 8), images(data + "/test_images.npy", 450), folder);
}
