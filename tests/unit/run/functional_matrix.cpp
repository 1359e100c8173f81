// SPDX-License-Identifier: BSL-1.0
// Functions that take a matrix of the model: in float by hand, and quantized against the reference form, in which the
// matrix is rounded to codes though the function stays in float.
#include <cstring>
#include <quantype/backend/executorch.hpp>
#include <quantype/backend/onednn.hpp>
#include <quantype/backend/tensorrt.hpp>
#include <quantype/desk.hpp>
#include <quantype/qconfig/default_mappings.hpp>

#include "support/catch.hpp"

namespace {

namespace qz = quantype;
namespace nn = qz::nn;

struct net {
    using inputs = qz::inputs<qz::f32<2, 3>, qz::i64<2>>;
    nn::parameter<3, 2> weight;
    nn::parameter<2> bias;
    nn::parameter<3, 2> table;
    QUANTYPE_MODULES(weight, bias, table)
    constexpr auto forward(auto x, auto i) const {
        return qz::tuple(qz::addmm(bias, x, weight), qz::embedding(i, table));
    }
};
/// A linear function that PyTorch's onednn table quantizes with the activation behind it, and its lowering leaves.
struct leaky {
    using inputs = qz::inputs<qz::f32<2, 3>>;
    nn::parameter<2, 3> weight;
    QUANTYPE_MODULES(weight)
    constexpr auto forward(auto x) const { return qz::call<qz::fn::leaky_relu>(qz::linear(x, weight), 0.1); }
};

struct nothing {
    static constexpr auto value = qz::qconfig_mapping();
};
struct tables {
    static constexpr auto value = qz::qconfig_mapping().set_global(qz::float_qparams_weight_only_qconfig);
};
struct signed_codes {
    static constexpr auto value = qz::qconfig_mapping().set_global(qz::qconfig{
        qz::min_max_observer().dtype(qz::qint8).qscheme(qz::per_tensor_symmetric), qz::default_weight_observer});
};
struct codes {
    static constexpr auto value =
        qz::qconfig_mapping().set_global(qz::qconfig{qz::min_max_observer(), qz::default_weight_observer});
};

qz::any_tensor floats(const qz::shape& s, const std::vector<float>& values) {
    qz::any_tensor t{qz::float32, s, {}};
    t.bytes.resize(4 * values.size());
    std::memcpy(t.bytes.data(), values.data(), t.bytes.size());
    return t;
}
const qz::tensor_map weights{{"weight", floats(qz::shape(3, 2), {1, 0.375f, -2, 3, 0.5f, -1})},
                             {"bias", floats(qz::shape(2), {10, 20})},
                             {"table", floats(qz::shape(3, 2), {0.1f, 0.2f, 0.3f, 0.7f, 5, -6.3f})}};

template <class Net, class Backend, class Mapping>
void compare(const qz::tensor_map& w, const std::vector<qz::tensor<float>>& x, bool rounds) {
    auto prepared = qz::prepare<Net, Backend, Mapping, qz::keep_float>(w);
    prepared(x);
    const auto model = qz::convert(prepared);
    const auto as_float = prepared(x);
    constexpr qz::graph_view reference = qz::stage::reference<Net, Backend, Mapping>.view();
    const auto values = qz::run_reference(prepared, reference, model.quantized(), x);
    const auto y = model(x);
    std::size_t k = 0;
    bool differs = false;
    qz::for_each_input(reference, reference.last, [&](const qz::argument& a) {
        CHECK(y[k].data == values[static_cast<std::size_t>(a.value)].data);
        differs = differs || y[k].data != as_float[k].data;
        ++k;
    });
    CHECK(differs == rounds);
}

}  // namespace

TEST_CASE("addmm and embedding in float") {
    const auto model = qz::convert(qz::prepare<net, qz::backends::executorch, nothing, qz::keep_float>(weights));
    const auto y = model(std::vector<qz::tensor<float>>{{qz::shape(2, 3), {1, 2, 4, 0, 1, 0}}, {qz::shape(2), {2, 0}}});
    CHECK(y[0].data == std::vector<float>{9, 22.375f, 8, 23});
    CHECK(y[1].data == std::vector<float>{5, -6.3f, 0.1f, 0.2f});
}

TEST_CASE("the matrix of a function that stays in float is rounded to codes") {
    const std::vector<qz::tensor<float>> x{{qz::shape(2, 3), {0.3f, -0.7f, 0.45f, 0.9f, 0.1f, -0.2f}},
                                           {qz::shape(2), {1, 2}}};
    compare<net, qz::backends::executorch, tables>(weights, x, true);
    compare<net, qz::backends::tensorrt, signed_codes>(weights, x, true);
    compare<leaky, qz::backends::onednn, codes>({{"weight", floats(qz::shape(2, 3), {1, 0.37f, -2, 3, 0.5f, -1})}},
                                                {x[0]}, true);
}

TEST_CASE("an index beyond the table of a function is refused") {
    const auto model = qz::convert(qz::prepare<net, qz::backends::executorch, nothing, qz::keep_float>(weights));
    CHECK_THROWS_WITH(model(std::vector<qz::tensor<float>>{qz::tensor<float>(qz::shape(2, 3)), {qz::shape(2), {0, 3}}}),
                      Catch::Contains("is not an integer in 0..2"));
    auto prepared = qz::prepare<net, qz::backends::executorch, nothing, qz::keep_float>(weights);
    CHECK_THROWS_WITH(
        prepared(std::vector<qz::tensor<float>>{qz::tensor<float>(qz::shape(2, 3)), {qz::shape(2), {0, 3}}}),
        Catch::Contains("is not an integer in 0..2"));
}
