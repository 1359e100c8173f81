// SPDX-License-Identifier: BSL-1.0
// usage: write_codes FOLDER: a small network that takes and gives codes, with a layer that quantizes dynamically and
// the operators that the trained networks lack; written as ONNX with samples and results.
#include <cmath>

#include <quantype/backend/onnx.hpp>
#include <quantype/model/functional_shape.hpp>
#include <quantype/model/nn/norms.hpp>
#include <quantype/model/nn/transposed.hpp>
#include <quantype/qconfig/default_mappings.hpp>

#include "onnx/round_trip.hpp"

namespace qz = quantype;
namespace nn = qz::nn;

struct net {
    using inputs = qz::inputs<qz::f32<1, 2, 6, 6>>;
    nn::conv2d<2, 4, 3, nn::padding<1>> conv;
    nn::relu relu;
    nn::conv2d<4, 2, 1> project;
    nn::conv_transpose2d<2, 2, 2, nn::stride<2>, nn::output_padding<1>> up;
    nn::instance_norm2d<2, nn::affine> norm;
    nn::pixel_shuffle<2> shuffle;
    nn::linear<624, 6> fc;
    nn::linear<6, 7> dynamic;
    nn::linear<7, 5> last;
    QUANTYPE_MODULES(conv, relu, project, up, norm, shuffle, fc, dynamic, last)
    constexpr auto forward(auto x) const {
        const auto y = qz::call<qz::fn::clamp>(norm(up(x + project(relu(conv(x))))), -1.0, 2.0);
        const auto z = shuffle(qz::narrow(y, 3, 0, 12).repeat({1, 2, 1, 1}));
        return last(qz::tanh(dynamic(fc(qz::flatten(z, 1)))));
    }
};
struct codes {
    static constexpr auto value =
        qz::prepare_custom_config().set_input_quantized_indexes({0}).set_output_quantized_indexes({0});
};
using coded = qz::customized<net, codes>;
struct mapping {
    static constexpr auto value =
        qz::qconfig_mapping()
            .set_global(qz::qconfig{qz::min_max_observer(), qz::default_per_channel_weight_observer})
            .set_object_type<nn::conv_transpose2d<>>(qz::qconfig{qz::min_max_observer(), qz::default_weight_observer})
            .set_object_type<qz::fn::tanh>(qz::no_qconfig)
            .set_module_name("dynamic", qz::default_dynamic_qconfig);
};

namespace {

/// Numbers between -1 and 1 that any machine gives.
qz::any_tensor wave(const qz::shape& extents, double step) {
    qz::tensor<float> r(extents);
    double at = 0;
    for (float& f : r.data) f = static_cast<float>(std::sin(at += step));
    return qz::to_any_tensor(r);
}

}  // namespace

int main(int, char** arguments) {
    qz::tensor_map weights;
    const auto& t = qz::traced<net>::view;
    for (int m = 0; m < t.module_count; ++m)
        for (int k = 0; k < t.modules[m].parameter_count; ++k) {
            const auto& p = t.parameters[t.modules[m].first_parameter + k];
            weights[std::string(t.module_path(m)) + "." + std::string(p.name)] =
                wave(p.extents, 0.37 + 0.3 * m + 0.1 * k);
        }
    auto prepared = qz::prepare<coded, qz::backends::onnx, mapping>(weights);
    const qz::shape extents = net::inputs::shapes()[0];
    const qz::value_qparams input{1.0f / 128, 128};
    std::vector<std::uint8_t> samples;
    for (std::int64_t i = 0; i < 50 * extents.count(); ++i)
        samples.push_back(static_cast<std::uint8_t>(i * i * 31 % 251 + i % 5));
    qz::tensor<float> seen(extents);
    for (std::size_t i = 0; i < samples.size(); i += seen.data.size()) {
        for (std::size_t k = 0; k < seen.data.size(); ++k)
            seen.data[k] = static_cast<float>(samples[i + k] - input.zero_point) * input.scale;
        prepared(seen);
    }
    round_trip::write(qz::convert(prepared, {input}), extents, samples, arguments[1]);
}
