// SPDX-License-Identifier: BSL-1.0
// usage: write_features FOLDER: a network of the operators that the trained ones lack, with weights per channel,
// written as ONNX with samples and the codes' results.
#include <cmath>

#include <quantype/backend/onnx.hpp>
#include <quantype/model/nn/norms.hpp>
#include <quantype/qconfig/default_mappings.hpp>

#include "onnx/round_trip.hpp"

namespace qz = quantype;
namespace nn = qz::nn;

struct features {
    using inputs = qz::inputs<qz::f32<2, 3, 8, 8>>;
    nn::conv2d<3, 8, 3, nn::stride<2>, nn::padding<1>> stem;
    nn::hardswish swish;
    nn::conv2d<16, 16, nn::extent(1, 3), nn::groups<4>, nn::padding<0, 1>, nn::no_bias> mix;
    nn::leaky_relu<1, 8> leaky;
    nn::avg_pool2d<2> pool;
    nn::linear<4, 6> rows;
    nn::relu6 bounded;
    nn::linear<96, 5> fc;
    QUANTYPE_MODULES(stem, swish, mix, leaky, pool, rows, bounded, fc)
    constexpr auto forward(auto x) const {
        const auto a = swish(stem(x));
        const auto b = qz::cat({a, a * qz::sigmoid(a)}, 1);
        const auto c = pool(leaky(mix(b)));
        const auto d = bounded(rows(c.reshape({2, 16, 4})));
        return fc(qz::flatten(d, 1));
    }
};

struct mapping {
    static constexpr auto value = qz::qconfig_mapping().set_global(
        qz::qconfig{qz::min_max_observer().quant_range(0, 255), qz::default_per_channel_weight_observer});
};

namespace {

/// Numbers between -1 and 1 that any machine gives.
std::vector<float> wave(std::size_t count, double step) {
    std::vector<float> r;
    for (std::size_t i = 0; i < count; ++i)
        r.push_back(static_cast<float>(std::sin(step * static_cast<double>(i + 1))));
    return r;
}

}  // namespace

int main(int, char** arguments) {
    qz::tensor_map weights;
    const auto& t = qz::traced<features>::view;
    for (int m = 0; m < t.module_count; ++m)
        for (int k = 0; k < t.modules[m].parameter_count; ++k) {
            const auto& p = t.parameters[t.modules[m].first_parameter + k];
            const auto count = static_cast<std::size_t>(p.extents.count());
            weights[std::string(t.module_path(m)) + "." + std::string(p.name)] =
                qz::to_any_tensor(qz::tensor<float>(p.extents, wave(count, 0.7 + 0.3 * m + 0.1 * k)));
        }
    auto prepared = qz::prepare<features, qz::backends::onnx, mapping>(weights);
    const qz::shape extents = features::inputs::shapes()[0];
    const std::vector<float> samples = wave(static_cast<std::size_t>(extents.count()) * 20, 1.3);
    for (auto at = samples.begin(); at != samples.end(); at += extents.count())
        prepared(qz::tensor<float>(extents, std::vector<float>(at, at + extents.count())));
    round_trip::write(qz::convert(prepared), extents, samples, arguments[1]);
}
