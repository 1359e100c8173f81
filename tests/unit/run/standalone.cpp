// SPDX-License-Identifier: BSL-1.0
// Standalone modules run: the model around them and the module as models of their own, put together by hand, are the
// witness; codes and floats at the border.
#include <cstdint>
#include <filesystem>
#include <quantype/backend/qnnpack.hpp>
#include <quantype/debug/numeric_suite.hpp>
#include <quantype/desk.hpp>
#include <quantype/qconfig/default_mappings.hpp>
#include <quantype/run/simd_kernels.hpp>

#include "support/catch.hpp"

namespace {

namespace qz = quantype;
namespace nn = qz::nn;
using backend = qz::backends::qnnpack;
using mapping = qz::default_qnnpack_mapping;

struct head {
    nn::conv2d<6, 4, 3, nn::padding<1>> conv;
    nn::relu relu;
    QUANTYPE_MODULES(conv, relu)
    constexpr auto forward(auto x) const { return relu(conv(x)) + x; }
};
struct slim_head {
    nn::conv2d<4, 4, 3, nn::padding<1>> conv;
    nn::relu relu;
    QUANTYPE_MODULES(conv, relu)
    constexpr auto forward(auto x) const { return relu(conv(x)) + x; }
};
struct net {
    using inputs = qz::inputs<qz::f32<1, 3, 6, 5>>;
    nn::conv2d<3, 4, 3, nn::padding<1>> stem;
    struct tail_type {
        qz::sequential<slim_head, nn::relu> body;
        QUANTYPE_MODULES(body)
        constexpr auto forward(auto x) const { return body(x); }
    } tail;
    nn::conv2d<4, 2, 1> last;
    QUANTYPE_MODULES(stem, tail, last)
    constexpr auto forward(auto x) const { return last(tail(stem(x))); }
};
// The same in pieces.
struct first_half {
    using inputs = qz::inputs<qz::f32<1, 3, 6, 5>>;
    nn::conv2d<3, 4, 3, nn::padding<1>> stem;
    QUANTYPE_MODULES(stem)
    constexpr auto forward(auto x) const { return stem(x); }
};
struct middle {
    using inputs = qz::inputs<qz::f32<1, 4, 6, 5>>;
    slim_head conv_and_sum;
    QUANTYPE_MODULES(conv_and_sum)
    constexpr auto forward(auto x) const { return conv_and_sum(x); }
};

struct floats {
    static constexpr auto value = qz::prepare_custom_config().set_standalone_module_name("tail.body.0");
};
struct by_class {
    static constexpr auto value = qz::prepare_custom_config().set_standalone_module_class<slim_head>();
};
struct codes {
    static constexpr auto value = qz::prepare_custom_config().set_standalone_module_name("tail.body.0", {0}, {0});
};

void add(qz::tensor_map& to, const std::string& name, const qz::shape& extents) {
    static std::uint32_t state = 7;
    qz::tensor<float> t(extents);
    for (float& v : t.data) {
        state = state * 1664525U + 1013904223U;
        v = static_cast<float>(state >> 8U) / 16777216.0f - 0.5f;
    }
    to[name] = qz::to_any_tensor(t);
}
qz::tensor_map weights() {
    qz::tensor_map w;
    add(w, "stem.weight", qz::shape(4, 3, 3, 3));
    add(w, "stem.bias", qz::shape(4));
    add(w, "tail.body.0.conv.weight", qz::shape(4, 4, 3, 3));
    add(w, "tail.body.0.conv.bias", qz::shape(4));
    add(w, "last.weight", qz::shape(2, 4, 1, 1));
    add(w, "last.bias", qz::shape(2));
    return w;
}
qz::tensor<float> sample() {
    qz::tensor_map m;
    add(m, "x", qz::shape(1, 3, 6, 5));
    return qz::get<float>(m, "x", "sample");
}

template <class Config>
auto converted(const qz::tensor_map& w, const qz::tensor<float>& x) {
    auto prepared = qz::prepare<qz::customized<net, Config>, backend, mapping, qz::keep_float>(w);
    prepared(x);
    return qz::convert(prepared);
}

}  // namespace

TEST_CASE("a standalone module runs as a model of its own") {
    const qz::tensor_map w = weights();
    const qz::tensor<float> x = sample();
    const auto model = converted<floats>(w, x);
    const auto y = model(x);
    CHECK(y[0].data == converted<by_class>(w, x)(x)[0].data);
    CHECK(y[0].data == model.with<qz::simd_kernels<>>()(x)[0].data);

    const std::string file = (std::filesystem::temp_directory_path() / "quantype_standalone.qt").string();
    qz::save_model(model, file);
    const auto loaded = qz::load_model<qz::customized<net, floats>, backend, mapping>(file);
    std::filesystem::remove(file);
    CHECK(y[0].data == loaded(x)[0].data);
}
