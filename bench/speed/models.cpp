// SPDX-License-Identifier: BSL-1.0
// Whole models, from float input to float output, beside other libraries' chains: the same convolutions and linear
// layers one behind the other, without pooling, addition, softmax or any framework. "quantype pairs" is the same model
// with codes clamped to 0..127, so that products are summed up in 16 bits where the arch has that; "quantype bands"
// runs image ops in bands of rows (band_policy::cache).
#include <cstdint>
#include <memory>

#include <quantype/backend/qnnpack.hpp>
#include <quantype/desk.hpp>

#include "models/mlperf_tiny.hpp"
#include "models/mobilenet_v2.hpp"
#include "models/random_weights.hpp"
#include "models/resnet18.hpp"
#include "models/resnet50.hpp"
#include "run.hpp"

namespace {

namespace qz = quantype;
using namespace bench;

struct as_pytorch : qz::backends::qnnpack {};
struct clamping : qz::backends::qnnpack {
    static constexpr bool clamp_codes_to_qconfig = true;
};
struct in_bands : qz::backends::qnnpack {
    static constexpr qz::band_policy bands = qz::band_policy::cache;
};
struct reduced {
    static constexpr auto value = qz::qconfig_mapping().set_global(
        qz::qconfig{qz::min_max_observer().reduce_range(true), qz::default_weight_observer});
};
struct full {
    static constexpr auto value =
        qz::qconfig_mapping().set_global(qz::qconfig{qz::min_max_observer(), qz::default_weight_observer});
};

/// Numbers between -0.5 and 0.5.
qz::tensor<float> image_of(const qz::shape& extents) {
    qz::tensor<float> x(extents);
    std::uint32_t state = 3;
    for (float& v : x.data) v = static_cast<float>((state = state * 1664525U + 1013904223U) >> 8U) / 16777216.0f - 0.5f;
    return x;
}

/// The convolutions and linear layers of the model's plan, in order.
template <class Net, class Backend, class Mapping>
std::vector<k::conv2d_config> layers_of() {
    constexpr qz::prepared_view prepared = qz::prepared_view_of<Net, Backend, Mapping>();
    constexpr qz::graph_view lowered = qz::stage::lowered<Net, Backend, Mapping>.view();
    constexpr const auto& plan = qz::stage::plan<Net, Backend, Mapping>;
    std::vector<k::conv2d_config> layers;
    for (int i = 0; i < plan.step_count; ++i) {
        const qz::plan_step& s = plan.steps[i];
        const qz::attributes& a = qz::detail::attributes_of(prepared, lowered, s);
        const qz::plan_value &x = plan.values[s.inputs[0]], &y = plan.values[s.output];
        if (s.kind == qz::step_kind::conv) layers.push_back(qz::detail::conv2d_config_of(a, x, y));
        if (s.kind == qz::step_kind::linear)
            layers.push_back(rows(static_cast<int>(x.extents.count()) / a.in, a.in, a.out));
    }
    return layers;
}

template <class Net, class Backend, class Mapping>
void add_model(const std::string& name, const std::string& library) {
    benchmark::RegisterBenchmark((name + "/" + library).c_str(), [](benchmark::State& state) {
        using model_type = decltype(qz::convert(std::declval<qz::prepared_model<Net, Backend, Mapping>>())
                                        .template with<qz::simd_kernels<arch>>());
        const qz::tensor<float> x = image_of(Net::inputs::shapes()[0]);
        static const model_type model = [&] {  // repeats of one model are runs of this function
            auto prepared = qz::prepare<Net, Backend, Mapping>(bench_models::random_weights<Net>());
            prepared(x);
            return qz::convert(prepared).template with<qz::simd_kernels<arch>>();
        }();
        std::vector<qz::tensor<float>> outputs = model.empty_outputs();
        const float* const in = x.data.data();
        float* const out = outputs[0].data.data();
        double macs = 0;
        for (const k::conv2d_config& c : layers_of<Net, Backend, Mapping>()) macs += macs_of(c);
        for (auto _ : state) {
            model.run(&in, &out, model.own_arena());
            benchmark::ClobberMemory();
        }
        report(state, macs);
    });
}

template <class Net>
void add(const std::string& name) {
    add_model<Net, as_pytorch, full>(name, "quantype");
    if constexpr (qz::kernel::simd::detail::has_byte_pairs<arch>)
        add_model<Net, clamping, reduced>(name, "quantype pairs");
    add_peers(name, layers_of<Net, as_pytorch, full>());
}

}  // namespace

int main(int argc, char** argv) {
    return run_benchmarks(argc, argv, [] {
        add<bench_models::autoencoder>("autoencoder");
        add<bench_models::resnet8>("ResNet8");
        add<bench_models::ds_cnn>("DS-CNN");
        add<bench_models::mobilenet_v1>("VWW");
        add<bench_models::mobilenet_v2>("MobileNetV2");
        add_model<bench_models::mobilenet_v2, in_bands, full>("MobileNetV2", "quantype bands");
        add<bench_models::resnet18>("ResNet-18");
        add<bench_models::resnet50>("ResNet-50");
    });
}
