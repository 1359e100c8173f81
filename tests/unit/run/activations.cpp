// SPDX-License-Identifier: BSL-1.0
// Activations with numbers of their own, from the module to the codes. The kernels' tables are compared with PyTorch's
// (golden_ops_elementwise); the float values below were printed by PyTorch 1.13:
//   torch.nn.functional.leaky_relu(x, 0.25), elu(x, 1.5), hardtanh(x, -1, 2)
#include <catch2/catch.hpp>
#include <quantype/backend/qnnpack.hpp>
#include <quantype/debug/node_values.hpp>
#include <quantype/desk.hpp>
#include <quantype/model/nn/norms.hpp>
#include <quantype/qconfig/default_mappings.hpp>

namespace {

namespace qz = quantype;
namespace nn = qz::nn;

template <class Activation>
struct model {
    using inputs = qz::inputs<qz::f32<1, 6>>;
    Activation act;
    QUANTYPE_MODULES(act)
    constexpr auto forward(auto x) const { return act(x); }
};

const std::vector<float> numbers = {-3, -1.25f, -0.5f, 0, 0.75f, 2.5f};

/// Float values equal PyTorch's; codes equal those of the reference form, which is PyTorch's rule for these ops.
template <class Activation>
void check(const std::vector<float>& expected) {
    using net = model<Activation>;
    const qz::tensor<float> x(qz::shape(1, 6), numbers);
    auto prepared = qz::prepare<net, qz::backends::qnnpack, qz::default_qnnpack_mapping>(qz::tensor_map{});
    const auto in_float = prepared(x);
    for (std::size_t i = 0; i < expected.size(); ++i) CHECK(in_float[0].data[i] == Approx(expected[i]).epsilon(1e-7));
    const auto m = qz::convert(prepared);
    const auto reference = qz::debug::reference_values(prepared, m, {x});
    CHECK(m(x)[0].data == reference.rbegin()->second.data);
    CHECK(m(x)[0].data != numbers);
}

}  // namespace

TEST_CASE("leaky_relu, elu and hardtanh: float as PyTorch, codes as the reference form") {
    check<nn::leaky_relu<1, 4>>({-0.75f, -0.3125f, -0.125f, 0, 0.75f, 2.5f});
    check<nn::elu<3, 2>>({-1.4253193f, -1.0702428f, -0.59020400f, 0, 0.75f, 2.5f});
    check<nn::hardtanh<-1, 2>>({-1, -1, -0.5f, 0, 0.75f, 2});
}
