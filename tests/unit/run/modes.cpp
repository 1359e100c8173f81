// SPDX-License-Identifier: BSL-1.0
// Training mode and sizes on the desk: what prepare_qat trains converts as the folded graph does, and a size that is a
// node of the graph costs nothing.
#include <quantype/backend/qnnpack.hpp>
#include <quantype/qconfig/default_mappings.hpp>
#include <quantype/qconfig/default_qat_mappings.hpp>

#include "small_model.hpp"
#include "support/catch.hpp"

namespace {

namespace qz = quantype;
namespace nn = qz::nn;

struct trained_net {
    using inputs = qz::inputs<qz::f32<1, 1, 4, 4>>;
    nn::conv2d<1, 2, 3> conv;
    nn::batch_norm2d<2> bn;
    nn::relu relu;
    nn::linear<2, 3> fc;
    QUANTYPE_MODULES(conv, bn, relu, fc)
    constexpr auto forward(auto x) const { return fc(relu(bn(conv(x)))); }
};
using qat_mapping = qz::default_qat_qnnpack_mapping;
using backend = qz::backends::qnnpack;

std::vector<float> ramp(int count, float from, float step) {
    std::vector<float> v;
    for (int i = 0; i < count; ++i) v.push_back(from + step * static_cast<float>(i * 7 % 11));
    return v;
}

qz::tensor_map trained_weights() {
    return {{"conv.weight", small::floats(qz::shape(2, 1, 3, 3), ramp(18, -0.5f, 0.1f))},
            {"conv.bias", small::floats(qz::shape(2), {0.25f, -0.125f})},
            {"bn.weight", small::floats(qz::shape(2), {0.75f, 1.5f})},
            {"bn.bias", small::floats(qz::shape(2), {0.5f, 0.25f})},
            {"bn.running_mean", small::floats(qz::shape(2), {0.125f, -0.25f})},
            {"bn.running_var", small::floats(qz::shape(2), {0.5f, 2.0f})},
            {"fc.weight", small::floats(qz::shape(3, 2), ramp(6, -1.0f, 0.2f))},
            {"fc.bias", small::floats(qz::shape(3), {0.0f, 0.5f, -0.5f})}};
}

template <class Prepared>
std::vector<float> trained_and_converted(Prepared p) {
    for (int batch = 0; batch < 3; ++batch)
        p(qz::tensor<float>(qz::shape(1, 1, 4, 4), ramp(16, -1.0f + 0.25f * static_cast<float>(batch), 0.2f)));
    const auto model = qz::convert(p);
    return model(qz::tensor<float>(qz::shape(1, 1, 4, 4), ramp(16, -0.75f, 0.15f)))[0].data;
}

struct sized {
    using inputs = qz::inputs<qz::f32<2, 4>>;
    nn::linear<4, 6> a;
    QUANTYPE_MODULES(a)
    constexpr auto forward(auto x) const { return a(x).reshape({x.size(0), 3, -1}); }
};
struct with_numbers {
    using inputs = qz::inputs<qz::f32<2, 4>>;
    nn::linear<4, 6> a;
    QUANTYPE_MODULES(a)
    constexpr auto forward(auto x) const { return a(x).reshape({2, 3, 2}); }
};

template <class Net>
std::vector<float> run_sized() {
    const qz::tensor_map weights{{"a.weight", small::floats(qz::shape(6, 4), ramp(24, -0.5f, 0.1f))},
                                 {"a.bias", small::floats(qz::shape(6), ramp(6, 0.0f, 0.1f))}};
    auto p = qz::prepare<Net, backend, qz::default_qnnpack_mapping>(weights);
    const qz::tensor<float> x(qz::shape(2, 4), ramp(8, -1.0f, 0.2f));
    p(x);
    return qz::convert(p)(x)[0].data;
}

}  // namespace

TEST_CASE("a model prepared for training converts as the graph with folded batch norms") {
    const auto in_training =
        trained_and_converted(qz::prepare_qat<trained_net, backend, qat_mapping>(trained_weights()));
    const auto folded = trained_and_converted(qz::prepare<trained_net, backend, qat_mapping>(trained_weights()));
    CHECK(in_training == folded);
    CHECK(std::vector<float>(in_training.size(), in_training[0]) != in_training);
}

TEST_CASE("a size in forward gives what the number gives") {
    constexpr auto& plan = qz::stage::plan<sized, backend, qz::default_qnnpack_mapping>;
    static_assert(plan.step_count == qz::stage::plan<with_numbers, backend, qz::default_qnnpack_mapping>.step_count);
    CHECK(run_sized<sized>() == run_sized<with_numbers>());
}
