// SPDX-License-Identifier: BSL-1.0
// Image ops that run in bands of rows give the codes that they give one after another on whole values, which are those
// of PyTorch (tests/golden): windows of every kind, sums with the chain's input, both code types, both sets of kernels.
#include <catch2/catch.hpp>
#include <quantype/backend/qnnpack.hpp>
#include <quantype/debug/node_values.hpp>
#include <quantype/desk.hpp>
#include <quantype/qconfig/default_mappings.hpp>
#include <quantype/run/explain.hpp>
#include <quantype/run/simd_kernels.hpp>

#include "support/uniform.hpp"

namespace {

namespace qz = quantype;
namespace nn = qz::nn;

template <class Backend, qz::band_policy Policy>
struct banded : Backend {
    static constexpr qz::band_policy bands = Policy;
};
using qnnpack = qz::backends::qnnpack;
using mapping = qz::default_qnnpack_mapping;

/// Uniform weights for every parameter.
template <class Net>
qz::tensor_map weights() {
    const qz::trace_view& t = qz::traced<Net>::view;
    qz::tensor_map w;
    for (int m = 0; m < t.module_count; ++m)
        for (int k = 0; k < t.modules[m].parameter_count; ++k) {
            const qz::parameter_info& p = t.parameters[t.modules[m].first_parameter + k];
            const float inputs = static_cast<float>(p.extents.count()) / static_cast<float>(p.extents[0]);
            add_uniform(w, std::string(t.module_path(m)) + "." + std::string(p.name), p.extents, 2.0f / inputs + 0.2f);
        }
    return w;
}
template <class Net, class Backend, class Mapping, class Kernels>
std::vector<qz::tensor<float>> run(const qz::tensor_map& w, const std::vector<qz::tensor<float>>& x) {
    auto prepared = qz::prepare<Net, Backend, Mapping>(w);
    prepared(x);
    return qz::convert(prepared).template with<Kernels>()(x);
}
template <class Net>
std::vector<qz::tensor<float>> images() {
    qz::tensor_map x;
    std::vector<qz::tensor<float>> r;
    for (const qz::shape& s : Net::inputs::shapes()) {
        add_uniform(x, "x", s, 1.5f);
        r.push_back(qz::values_of<float>(x.at("x")));
    }
    return r;
}

/// Steps of the plan that run in bands.
template <class Net, class Backend, class Mapping>
int steps_in_bands() {
    constexpr const auto& plan = qz::stage::plan<Net, Backend, Mapping>;
    int n = 0;
    for (int i = 0; i < plan.step_count; ++i) n += plan.band_of(i) >= 0;
    return n;
}

/// Runs the model both ways; `steps`: of its plan, in bands.
template <class Net, qz::band_policy Policy, class Backend = qnnpack, class Mapping = mapping>
void same_codes(int steps) {
    using with = banded<Backend, Policy>;
    if (QUANTYPE_FUSE_STEPS) CHECK(steps_in_bands<Net, with, Mapping>() == steps);  // a clamp may be a step too
    CHECK(qz::stage::plan<Net, with, Mapping>.arena_bytes < qz::stage::plan<Net, Backend, Mapping>.arena_bytes);
    const auto w = weights<Net>();
    const auto x = images<Net>();
    const auto whole = run<Net, Backend, Mapping, qz::scalar_kernels>(w, x);
    const auto scalar = run<Net, with, Mapping, qz::scalar_kernels>(w, x);
    const auto simd = run<Net, with, Mapping, qz::simd_kernels<>>(w, x);
    REQUIRE(whole.size() == scalar.size());
    for (std::size_t i = 0; i < whole.size(); ++i) {
        CHECK(whole[i].data == scalar[i].data);
        CHECK(whole[i].data == simd[i].data);
        bool varied = false;
        for (const float v : whole[i].data) varied = varied || v != whole[i].data[0];
        CHECK(varied);
    }
}

/// An inverted residual: expand, depthwise, project, sum.
template <int Step>
struct inverted {
    using inputs = qz::inputs<qz::f32<1, 8, 30, 28>>;
    nn::conv2d<8, 8, 1> first;
    nn::conv2d<8, 40, 1> expand;
    nn::conv2d<40, 40, 3, nn::stride<Step>, nn::padding<1>, nn::groups<40>> depthwise;
    nn::conv2d<40, 8, 1> project;
    nn::relu6 relu;
    QUANTYPE_MODULES(first, expand, depthwise, project, relu)
    constexpr auto forward(auto x) const {
        const auto a = first(x);
        const auto b = project(relu(depthwise(relu(expand(a)))));
        if constexpr (Step == 1)
            return a + b;
        else
            return b;
    }
};

/// Windows of many kinds one after another: even, dilated, wider than high, with more padding than a stride.
struct windows {
    using inputs = qz::inputs<qz::f32<1, 2, 61, 17>>;
    nn::conv2d<2, 12, nn::extent(10, 4), nn::stride<2>, nn::padding<5, 1>> wide;
    nn::max_pool2d<3, nn::stride<1>, nn::padding<1>> most;
    nn::conv2d<12, 12, 5, nn::padding<4>, nn::dilation<2>, nn::groups<3>> dilated;
    nn::hardswish hardswish;
    nn::avg_pool2d<2> average;
    QUANTYPE_MODULES(wide, most, dilated, hardswish, average)
    constexpr auto forward(auto x) const { return average(hardswish(dilated(most(wide(x))))); }
};
/// More padding than the window needs; rows that nobody reads.
struct rows_apart {
    using inputs = qz::inputs<qz::f32<1, 4, 33, 20>>;
    nn::conv2d<4, 64, 3, nn::padding<2>> wide;
    nn::conv2d<64, 32, 1, nn::stride<2>> apart;
    nn::conv2d<32, 4, 3, nn::padding<2>> out;
    QUANTYPE_MODULES(wide, apart, out)
    constexpr auto forward(auto x) const { return out(apart(wide(x))); }
};

/// The first operand of a sum comes through the chain, the second one of a product.
struct sums {
    using inputs = qz::inputs<qz::f32<1, 4, 21, 9>>;
    nn::conv2d<4, 4, 1> first;
    nn::conv2d<4, 12, 3, nn::padding<1>> a, c;
    nn::conv2d<12, 4, 3, nn::padding<1>> b, d;
    nn::relu relu;
    nn::max_pool2d<2> pool;
    QUANTYPE_MODULES(first, a, b, c, d, relu, pool)
    constexpr auto forward(auto x) const {
        const auto p = first(x);
        const auto q = relu(b(a(p)) + p);
        return pool(q * d(c(q)));
    }
};

/// A stem: its large image goes into a pool.
struct stem {
    using inputs = qz::inputs<qz::f32<1, 3, 96, 96>>;
    nn::conv2d<3, 64, 7, nn::stride<2>, nn::padding<3>> conv;
    nn::relu relu;
    nn::max_pool2d<3, nn::stride<2>, nn::padding<1>> pool;
    QUANTYPE_MODULES(conv, relu, pool)
    constexpr auto forward(auto x) const { return pool(relu(conv(x))); }
};

/// Large enough for bands that stay in the cache.
struct large_inverted {
    using inputs = qz::inputs<qz::f32<1, 16, 56, 48>>;
    nn::conv2d<16, 64, 1> expand;
    nn::conv2d<64, 64, 3, nn::padding<1>, nn::groups<64>> depthwise;
    nn::conv2d<64, 16, 1> project;
    nn::relu6 relu;
    QUANTYPE_MODULES(expand, depthwise, project, relu)
    constexpr auto forward(auto x) const { return project(relu(depthwise(relu(expand(x))))); }
};

/// Signed codes.
struct weighted : qz::dtype_config {
    static constexpr qz::dtype_with_constraints input_dtype = qz::qint8, output_dtype = qz::qint8;
    static constexpr qz::dtype_with_constraints weight_dtype = qz::qint8;
};
struct plain : qz::dtype_config {
    static constexpr qz::dtype_with_constraints input_dtype = qz::qint8, output_dtype = qz::qint8;
};
struct signed_codes
    : decltype(qz::backend_config<"signed">().set_engine<qz::engine::qnnpack>().set_backend_pattern_configs(
          qz::backend_pattern_config(qz::pattern<nn::conv2d<>>)
              .add_dtype_config<weighted>()
              .set_root_module<nn::conv2d<>>()
              .set_reference_quantized_module<qz::reference::conv2d>(),
          qz::backend_pattern_config(qz::pattern<nn::max_pool2d<>>)
              .set_observation_type(qz::output_share_observer_with_input)
              .add_dtype_config<plain>())){};
struct signed_mapping {
    static constexpr auto value = qz::qconfig_mapping().set_global(
        qz::qconfig{qz::min_max_observer().dtype(qz::qint8), qz::default_weight_observer});
};
struct signed_net {
    using inputs = qz::inputs<qz::f32<1, 3, 24, 20>>;
    nn::conv2d<3, 8, 3, nn::padding<1>> a;
    nn::max_pool2d<3, nn::stride<2>, nn::padding<1>> pool;
    nn::conv2d<8, 8, 3, nn::padding<1>> b;
    QUANTYPE_MODULES(a, pool, b)
    constexpr auto forward(auto x) const { return b(pool(a(x))); }
};

/// Nothing here may run in bands: a batch of two, a value with two readers, an average over padding.
struct no_chain {
    using inputs = qz::inputs<qz::f32<2, 4, 8, 8>, qz::f32<1, 4, 8, 8>>;
    nn::conv2d<4, 4, 3, nn::padding<1>> a, b, c;
    nn::avg_pool2d<3, nn::stride<1>, nn::padding<1>> average;
    QUANTYPE_MODULES(a, b, c, average)
    constexpr auto forward(auto x, auto y) const {
        const auto z = average(c(y));
        return b(a(x)) + (z + z);
    }
};

}  // namespace

TEST_CASE("bands: an inverted residual, a row at a time") {
    same_codes<inverted<1>, qz::band_policy::memory>(4);
    same_codes<inverted<2>, qz::band_policy::memory>(4);
}
TEST_CASE("bands: windows of many kinds") {
    same_codes<windows, qz::band_policy::memory>(5);
    same_codes<rows_apart, qz::band_policy::memory>(3);
}
TEST_CASE("bands: sums with a value that is kept whole") { same_codes<sums, qz::band_policy::memory>(6); }
TEST_CASE("bands: in the cache, several rows at a time") {
    same_codes<stem, qz::band_policy::cache>(2);
    same_codes<large_inverted, qz::band_policy::cache>(3);
    CHECK(steps_in_bands<inverted<1>, banded<qnnpack, qz::band_policy::cache>, mapping>() == 0);
}
TEST_CASE("bands: signed codes") { same_codes<signed_net, qz::band_policy::memory, signed_codes, signed_mapping>(2); }
TEST_CASE("bands: what needs whole values keeps them") {
    CHECK(steps_in_bands<no_chain, banded<qnnpack, qz::band_policy::memory>, mapping>() == 0);
}

TEST_CASE("bands: explain and the values of nodes say what is not whole") {
    using with = banded<qnnpack, qz::band_policy::cache>;
    const std::string text = qz::explain<large_inverted, with, mapping>();
    INFO(text);
    CHECK(text.find("conv in band 1") != std::string::npos);
    CHECK(text.find("band 1: 8 rows at a time; between its kernels stand ") != std::string::npos);
    CHECK(qz::explain<large_inverted, qnnpack, mapping>().find("band") == std::string::npos);

    auto prepared = qz::prepare<large_inverted, with, mapping>(weights<large_inverted>());
    const auto x = images<large_inverted>();
    prepared(x);
    const auto model = qz::convert(prepared);
    const auto values = qz::debug::int8_values(model, x);
    int images_of_64 = 0;
    for (const auto& [call, value] : values) images_of_64 += value.extents.rank == 4 && value.extents[1] == 64;
    CHECK(images_of_64 == 0);
    CHECK(values.size() >= 2);  // the quantized input, and the last op's
}
