// SPDX-License-Identifier: BSL-1.0
// What only oneDNN's table fuses, in whole models: convolution + sum (+ relu) with the convolution on either side,
// linear + leaky relu or tanh, with and without batch norm. On codes it stays within one step of the reference form.
#include <cmath>
#include <iostream>
#include <quantype/backend/onednn.hpp>
#include <quantype/desk.hpp>
#include <quantype/qconfig/default_mappings.hpp>

#include "support/catch.hpp"
#include "support/vector_kernels.hpp"

namespace {

namespace qz = quantype;
namespace nn = qz::nn;

using backend = qz::backends::onednn;
/// Ops of a fused module have one QConfig by object type, as in PyTorch; the default mapping gives tanh its own.
struct mapping {
    static constexpr auto value =
        qz::default_onednn_mapping::value.set_object_type<nn::linear<>>(qz::default_onednn_qconfig)
            .set_object_type<nn::leaky_relu<>>(qz::default_onednn_qconfig)
            .set_object_type<qz::fn::leaky_relu>(qz::default_onednn_qconfig)
            .set_object_type<nn::batch_norm1d<>>(qz::default_onednn_qconfig)
            .set_object_type<nn::tanh>(qz::default_onednn_qconfig);
};

struct sums {
    using inputs = qz::inputs<qz::f32<2, 3, 6, 5>>;
    nn::conv2d<3, 8, 3, nn::padding<1>> a, b;
    nn::batch_norm2d<8> bn;
    nn::relu relu;
    nn::conv2d<8, 8, 3, nn::padding<1>, nn::groups<2>> c;
    nn::conv2d<8, 8, 1> d;
    nn::batch_norm2d<8> bn_d;
    QUANTYPE_MODULES(a, b, bn, relu, c, d, bn_d)
    constexpr auto forward(auto x) const {
        const auto y = relu(bn(a(x)) + b(x));
        const auto z = y + c(y);
        return qz::call<qz::fn::torch_add>(z, bn_d(d(z)));
    }
};
struct lines {
    using inputs = qz::inputs<qz::f32<5, 7>>;
    nn::linear<7, 9> a, b, c, d;
    nn::leaky_relu<1, 5> leaky;
    nn::leaky_relu<1, 10> other;
    nn::batch_norm1d<9> bn;
    nn::tanh tanh;
    QUANTYPE_MODULES(a, b, c, d, leaky, other, bn, tanh)
    constexpr auto forward(auto x) const {
        return qz::tuple(leaky(a(x)), qz::call<qz::fn::leaky_relu>(b(x), qz::keyword<"negative_slope">(0.3)),
                         other(bn(c(x))), tanh(d(x)));
    }
};
struct one_line {
    using inputs = qz::inputs<qz::f32<5, 7>>;
    nn::linear<7, 9> a;
    nn::leaky_relu<1, 5> leaky;
    QUANTYPE_MODULES(a, leaky)
    constexpr auto forward(auto x) const { return leaky(a(x)); }
};
struct dynamic_mapping {
    static constexpr auto value = qz::qconfig_mapping().set_global(qz::default_dynamic_qconfig);
};
/// Not quantized: the same fused modules in float32.
struct no_mapping {
    static constexpr auto value = qz::qconfig_mapping();
};

/// Numbers that no rounding favours, from -1 to 1.
struct numbers {
    float v = 0.37f;
    std::vector<float> operator()(std::int64_t count) {
        std::vector<float> r(static_cast<std::size_t>(count));
        for (float& f : r) {
            v = v * 1.7f + 0.61f;
            v -= 2.0f * std::floor((v + 1.0f) / 2.0f);
            f = v;
        }
        return r;
    }
};
template <class Net>
qz::tensor_map weights() {
    numbers next;
    qz::tensor_map r;
    const qz::trace_view& t = qz::traced<Net>::view;
    for (int m = 0; m < t.module_count; ++m)
        for (int k = 0; k < t.modules[m].parameter_count; ++k) {
            const auto& p = t.parameters[t.modules[m].first_parameter + k];
            qz::tensor<float> values(p.extents, next(p.extents.count()));
            if (p.name == "running_var")
                for (float& f : values.data) f = f * f + 0.5f;
            r[std::string(t.module_path(m)) + "." + std::string(p.name)] = qz::to_any_tensor(values);
        }
    return r;
}
template <class Net>
std::vector<qz::tensor<float>> inputs() {
    numbers next;
    std::vector<qz::tensor<float>> r;
    for (const qz::shape& s : Net::inputs::shapes()) r.emplace_back(s, next(s.count()));
    return r;
}

template <class Net, class Mapping>
int steps_of(qz::step_kind kind) {
    const auto& plan = qz::stage::plan<Net, backend, Mapping>;
    int count = 0;
    for (int s = 0; s < plan.step_count; ++s) count += plan.steps[s].kind == kind ? 1 : 0;
    return count;
}

/// Every output is the dequantized result of a fused op whose inputs come through fused ops of the same kind.
template <class Net>
void compare(const char* what, int least_fused) {
    auto prepared = qz::prepare<Net, backend, mapping>(weights<Net>());
    const auto x = inputs<Net>();
    prepared(x);
    const auto model = qz::convert(prepared);
    CHECK(steps_of<Net, mapping>(qz::step_kind::float_op) == 0);
    CHECK(steps_of<Net, mapping>(qz::step_kind::conv_add) + steps_of<Net, mapping>(qz::step_kind::linear) ==
          least_fused);
    constexpr qz::graph_view reference = qz::stage::reference<Net, backend, mapping>.view();
    const auto values = qz::run_reference(prepared, reference, model.quantized(), x);
    const auto scalar = model(x);
    const auto simd = model.template with<vector_kernels>()(x);
    std::size_t k = 0, all = 0, differ = 0;
    qz::for_each_input(reference, reference.last, [&](const qz::argument& a) {
        INFO("output " << k);
        const auto& want = values[static_cast<std::size_t>(a.value)];
        const int q = qz::first_input(reference, a.value);  // dequantize <- quantize
        const float step = model.quantized().values[static_cast<std::size_t>(reference[q].observer)].scale;
        REQUIRE(scalar[k].extents == want.extents);
        CHECK(simd[k].data == scalar[k].data);
        for (std::size_t i = 0; i < want.data.size(); ++i, ++all) {
            const float steps = std::abs(scalar[k].data[i] - want.data[i]) / step;
            CHECK(steps <= 1.001f);
            differ += steps > 0.5f ? 1 : 0;
        }
        ++k;
    });
    std::cout << "onednn " << what << ": " << differ << " of " << all << " codes differ from the reference form's\n";
    CHECK(differ * 100 <= all);
}

}  // namespace

TEST_CASE("convolutions with a sum fused behind them run on codes") {
    CHECK(steps_of<sums, mapping>(qz::step_kind::add) == 0);
    compare<sums>("conv + add", 3);
}

TEST_CASE("linear layers with leaky relu or tanh fused behind them run on codes") {
    CHECK(steps_of<lines, mapping>(qz::step_kind::lookup) == 0);
    compare<lines>("linear + activation", 4);
}

TEST_CASE("linear + leaky relu has no dynamic class: the reference module runs in float, as in PyTorch") {
    using net = one_line;
    auto prepared = qz::prepare<net, backend, dynamic_mapping>(weights<net>());
    const auto x = inputs<net>();
    const auto model = qz::convert(prepared);
    CHECK(steps_of<net, dynamic_mapping>(qz::step_kind::linear_dynamic) == 0);
    constexpr qz::graph_view reference = qz::stage::reference<net, backend, dynamic_mapping>.view();
    const auto values = qz::run_reference(prepared, reference, model.quantized(), x);
    CHECK(model(x)[0].data == values[static_cast<std::size_t>(qz::first_input(reference, reference.last))].data);
}

TEST_CASE("the same modules in float32, and calibrated") {
    const auto x = inputs<sums>();
    auto plain = qz::prepare<sums, backend, no_mapping, qz::keep_float>(weights<sums>());
    auto prepared = qz::prepare<sums, backend, mapping>(weights<sums>());
    const auto fused = plain(x);
    CHECK(prepared(x)[0].data == fused[0].data);
    CHECK(qz::convert(plain)(x)[0].data == fused[0].data);
    // As the model is written: nothing fused, batch norms apart.
    struct none : decltype(qz::backend_config<"none">()) {};
    const auto written = qz::prepare<sums, none, no_mapping, qz::keep_float>(weights<sums>())(x);
    for (std::size_t i = 0; i < written[0].data.size(); ++i)
        CHECK(fused[0].data[i] == Approx(written[0].data[i]).epsilon(1e-5).margin(1e-5));
}
