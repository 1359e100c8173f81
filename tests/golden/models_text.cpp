// SPDX-License-Identifier: BSL-1.0
// Recorded whole models on the mobile backend: prepared graph, lowered graph and printed lowered model, from the
// recorded observer states, character for character.
#include <quantype/backend/qnnpack.hpp>
#include <quantype/model/traced.hpp>
#include <quantype/qconfig/qat_qconfig.hpp>

#include "graph_case.hpp"

namespace {

namespace qz = quantype;
namespace nn = qz::nn;
namespace fn = qz::fn;

// --- mappings -------------------------------------------------------------------------------------------------------

template <auto Activation, auto Weight>
struct global {
    static constexpr auto value = qz::qconfig_mapping()
                                      .set_global(qz::qconfig{Activation(), Weight()})
                                      .set_object_type<fn::sigmoid>(qz::default_fixed_qparams_range_0to1_qconfig);
};
struct trained {
    static constexpr auto value = qz::qconfig_mapping().set_global(qz::default_qat_qnnpack_qconfig);
};
constexpr auto min_max() { return qz::min_max_observer(); }
constexpr auto histogram() { return qz::histogram_observer().reduce_range(false); }
constexpr auto dynamic() { return qz::default_dynamic_quant_observer; }
constexpr auto per_tensor() { return qz::default_weight_observer; }
constexpr auto per_channel() { return qz::default_per_channel_weight_observer; }

// --- models ---------------------------------------------------------------------------------------------------------

struct conv_bn_relu {
    using inputs = qz::inputs<qz::f32<2, 3, 10, 10>>;
    nn::conv2d<3, 6, 3> c;
    nn::batch_norm2d<6> b;
    nn::relu r;
    QUANTYPE_MODULES(c, b, r)
    constexpr auto forward(auto x) const { return r(b(c(x))); }
};
struct residual_block {
    using inputs = qz::inputs<qz::f32<2, 4, 10, 10>>;
    nn::conv2d<4, 4, 3, nn::padding<1>> c1, c2;
    nn::batch_norm2d<4> b1, b2;
    nn::relu r1;
    QUANTYPE_MODULES(c1, b1, r1, c2, b2)
    constexpr auto forward(auto x) const { return qz::relu(b2(c2(r1(b1(c1(x))))) + x); }
};
struct cat_branches {
    using inputs = qz::inputs<qz::f32<2, 3, 10, 10>>;
    nn::conv2d<3, 3, 3> a;
    nn::conv2d<3, 2, 3> b;
    nn::conv2d<5, 4, 3> d;
    QUANTYPE_MODULES(a, b, d)
    constexpr auto forward(auto x) const {
        const auto left = a(x);
        const auto right = b(x);
        return d(qz::cat({left, right}, 1));
    }
};
struct cnn_classifier {
    using inputs = qz::inputs<qz::f32<2, 3, 10, 10>>;
    nn::conv2d<3, 4, 3> c;
    nn::relu r;
    nn::max_pool2d<2> p;
    nn::linear<64, 10> l;
    QUANTYPE_MODULES(c, r, p, l)
    constexpr auto forward(auto x) const { return l(qz::flatten(p(r(c(x))), 1)); }
};
struct inverted_residual {
    using inputs = qz::inputs<qz::f32<2, 4, 10, 10>>;
    nn::conv2d<4, 8, 1> p1;
    nn::batch_norm2d<8> b1, b2;
    nn::relu6 r1, r2;
    nn::conv2d<8, 8, 3, nn::padding<1>, nn::groups<8>> dw;
    nn::conv2d<8, 4, 1> p2;
    nn::batch_norm2d<4> b3;
    QUANTYPE_MODULES(p1, b1, r1, dw, b2, r2, p2, b3)
    constexpr auto forward(auto x) const { return x + b3(p2(r2(b2(dw(r1(b1(p1(x)))))))); }
};
struct squeeze_excite {
    using inputs = qz::inputs<qz::f32<2, 3, 10, 10>>;
    nn::conv2d<3, 4, 3> c;
    nn::hardswish h;
    nn::conv2d<4, 2, 1> f1;
    nn::conv2d<2, 4, 1> f2;
    QUANTYPE_MODULES(c, h, f1, f2)
    constexpr auto forward(auto x) const {
        const auto y = h(c(x));
        return y * qz::sigmoid(f2(qz::relu(f1(qz::adaptive_avg_pool2d(y, 1)))));
    }
};
struct mlp_bn {
    using inputs = qz::inputs<qz::f32<8, 12>>;
    nn::linear<12, 16> l1;
    nn::batch_norm1d<16> b;
    nn::relu r;
    nn::linear<16, 5> l2;
    QUANTYPE_MODULES(l1, b, r, l2)
    constexpr auto forward(auto x) const { return l2(r(b(l1(x)))); }
};
struct functional_mlp {
    using inputs = qz::inputs<qz::f32<8, 12>>;
    nn::parameter<16, 12> w1;
    nn::parameter<16> b1;
    nn::parameter<5, 16> w2;
    QUANTYPE_MODULES(w1, b1, w2)
    constexpr auto forward(auto x) const { return qz::linear(qz::relu(qz::linear(x, w1, b1)), w2); }
};
struct mlp {
    using inputs = qz::inputs<qz::f32<8, 12>>;
    nn::linear<12, 16> a;
    nn::relu r;
    nn::linear<16, 5> b;
    QUANTYPE_MODULES(a, r, b)
    constexpr auto forward(auto x) const { return b(r(a(x))); }
};
struct mixed_precision {
    using inputs = qz::inputs<qz::f32<2, 3, 10, 10>>;
    nn::conv2d<3, 4, 3> c1;
    nn::conv2d<4, 2, 3> c2;
    QUANTYPE_MODULES(c1, c2)
    constexpr auto forward(auto x) const { return c2(qz::sin(c1(x))); }
};

struct trained_cnn {
    using inputs = qz::inputs<qz::f32<2, 3, 10, 10>>;
    nn::conv2d<3, 6, 3> c;
    nn::batch_norm2d<6> b;
    nn::relu r;
    nn::linear<6, 4> l;
    QUANTYPE_MODULES(c, b, r, l)
    constexpr auto forward(auto x) const { return l(r(b(c(x))).mean({2, 3})); }
};

template <class Net, class Mapping>
void check(const support::golden_group& g, const std::string& name) {
    const auto& c = graphs::find_case(g, name);
    INFO("case " << name);
    const qz::prepared_view p = qz::prepared_view_of<Net, qz::backends::qnnpack, Mapping>();
    const qz::graph_view lowered = qz::stage::lowered<Net, qz::backends::qnnpack, Mapping>.view();
    const graphs::recorded_values recorded(p, c.at("observers"));
    const qz::report::graph_values v = recorded.values();
    graphs::same_list(qz::report::prepared_list(p), c.at("prepared_graph"), "prepared graph");
    graphs::same_list(qz::report::lowered_list(p, lowered, v), c.at("lowered_graph"), "lowered graph");
    graphs::same_text(qz::report::lowered_text(p, lowered, v), c.at("lowered_text"), "lowered text");
}

}  // namespace

TEST_CASE("whole models print as PyTorch prints them", "[golden]") {
    const support::golden_group g("models");
    if (!support::available(g)) return;
    check<conv_bn_relu, global<min_max, per_tensor>>(g, "conv_bn_relu");
    check<conv_bn_relu, global<histogram, per_channel>>(g, "conv_bn_relu_per_channel_histogram");
    check<residual_block, global<histogram, per_tensor>>(g, "residual_block");
    check<cat_branches, global<min_max, per_tensor>>(g, "cat_branches");
    check<cnn_classifier, global<histogram, per_tensor>>(g, "cnn_classifier");
    check<inverted_residual, global<min_max, per_channel>>(g, "inverted_residual");
    check<squeeze_excite, global<histogram, per_tensor>>(g, "squeeze_excite_hardswish");
    check<mlp_bn, global<min_max, per_tensor>>(g, "mlp_bn");
    check<functional_mlp, global<min_max, per_tensor>>(g, "functional_mlp");
    check<mlp, global<dynamic, per_tensor>>(g, "dynamic_mlp");
    check<mixed_precision, global<min_max, per_tensor>>(g, "mixed_precision");
    check<qz::training<trained_cnn>, trained>(g, "qat_conv_bn_relu");
    support::report(g, 12, 0);
}
