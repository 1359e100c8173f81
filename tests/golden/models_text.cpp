// SPDX-License-Identifier: BSL-1.0
// Recorded whole models on the mobile backend: prepared graph, lowered graph and printed lowered model, from the
// recorded observer states, character for character.
#include <quantype/model/nn/intrinsic.hpp>
#include <quantype/model/traced.hpp>

#include "graph_case.hpp"

namespace {

namespace qz = quantype;
namespace nn = qz::nn;
namespace nni = qz::nn::intrinsic;
namespace fn = qz::fn;

// --- the patterns of the mobile backend that these models need -----------------------------------------------------

struct op_int8 : qz::dtype_config {
    static constexpr qz::dtype_with_constraints input_dtype = qz::quint8, output_dtype = qz::quint8;
};
struct weighted_int8 : op_int8 {
    static constexpr qz::dtype_with_constraints weight_dtype = qz::qint8;
    static constexpr auto bias_dtype = qz::float32;
};
struct dynamic_int8 : weighted_int8 {
    static constexpr qz::dtype_with_constraints output_dtype = qz::float32;
    static constexpr qz::maybe<bool> is_dynamic = true;
};
struct fixed_int8 : qz::dtype_config {
    static constexpr auto input_dtype = qz::dtype_with_constraints(qz::quint8).exactly(1.0 / 256.0, 0);
    static constexpr auto output_dtype = input_dtype;
};

inline constexpr auto to_conv_relu = [](auto, auto, auto...) { return nni::conv_relu2d{}; };
inline constexpr auto to_linear_relu = [](auto, auto, auto) { return nni::linear_relu{}; };
inline constexpr auto fold_into_conv = [](auto, auto, auto) { return qz::fold_batch_norm<nn::conv2d<>>{}; };
inline constexpr auto fold_into_conv_relu = [](auto, auto, auto, auto) {
    return qz::fold_batch_norm<nni::conv_relu2d>{};
};
inline constexpr auto fold_into_linear = [](auto, auto, auto) { return qz::fold_batch_norm<nn::linear<>>{}; };

template <class... Ops>
consteval auto weighted() {
    return qz::backend_pattern_config(qz::pattern<Ops...>).template add_dtype_config<weighted_int8>();
}
template <class... Ops>
consteval auto linear_like() {
    return weighted<Ops...>().template add_dtype_config<dynamic_int8>();
}
template <class... Ops>
consteval auto binary() {
    return qz::backend_pattern_config(qz::pattern<Ops...>)
        .template add_dtype_config<op_int8>()
        .template set_num_tensor_args_to_observation_type<1>(qz::output_share_observer_with_input);
}
template <class Op>
consteval auto sharing() {
    return qz::backend_pattern_config(qz::pattern<Op>)
        .template add_dtype_config<op_int8>()
        .set_observation_type(qz::output_share_observer_with_input);
}

struct mobile
    : decltype(qz::backend_config<"mobile">()
                   .set_backend_pattern_config(weighted<nn::conv2d<>>()
                                                   .set_root_module<nn::conv2d<>>()
                                                   .set_reference_quantized_module<qz::reference::conv2d>())
                   .set_backend_pattern_config(weighted<nn::conv2d<>, nn::relu>().set_fuser_method(to_conv_relu))
                   .set_backend_pattern_config(weighted<nn::conv2d<>, fn::relu>().set_fuser_method(to_conv_relu))
                   .set_backend_pattern_config(weighted<nni::conv_relu2d>())
                   .set_backend_pattern_config(
                       weighted<nn::conv2d<>, nn::batch_norm2d<>>().set_fuser_method(fold_into_conv))
                   .set_backend_pattern_config(
                       weighted<nn::conv2d<>, nn::batch_norm2d<>, nn::relu>().set_fuser_method(fold_into_conv_relu))
                   .set_backend_pattern_config(linear_like<nn::linear<>>()
                                                   .set_root_module<nn::linear<>>()
                                                   .set_reference_quantized_module<qz::reference::linear>())
                   .set_backend_pattern_config(linear_like<fn::linear>().set_input_type_to_index<1, 2>())
                   .set_backend_pattern_config(linear_like<nn::linear<>, nn::relu>().set_fuser_method(to_linear_relu))
                   .set_backend_pattern_config(linear_like<nni::linear_relu>()
                                                   .set_root_module<nn::linear<>>()
                                                   .set_reference_quantized_module<qz::reference::linear>())
                   .set_backend_pattern_config(linear_like<fn::linear, fn::relu>().set_input_type_to_index<1, 2>())
                   .set_backend_pattern_config(
                       linear_like<nn::linear<>, nn::batch_norm1d<>>().set_fuser_method(fold_into_linear))
                   .set_backend_pattern_config(binary<fn::add, fn::relu>())
                   .set_backend_pattern_config(binary<fn::add>())
                   .set_backend_pattern_config(binary<fn::mul>())
                   .set_backend_pattern_config(sharing<fn::cat>())
                   .set_backend_pattern_config(
                       qz::backend_pattern_config(qz::pattern<nn::hardswish>).add_dtype_config<op_int8>())
                   .set_backend_pattern_config(
                       qz::backend_pattern_config(qz::pattern<fn::sigmoid>).add_dtype_config<fixed_int8>())
                   .set_backend_pattern_config(sharing<nn::max_pool2d<>>())
                   .set_backend_pattern_config(sharing<nn::relu>())
                   .set_backend_pattern_config(sharing<nn::relu6>())
                   .set_backend_pattern_config(sharing<fn::adaptive_avg_pool2d>())
                   .set_backend_pattern_config(sharing<fn::flatten>())){};
static_assert(qz::valid_backend<mobile>);

// --- mappings -------------------------------------------------------------------------------------------------------

template <auto Activation, auto Weight>
struct global {
    static constexpr auto value = qz::qconfig_mapping()
                                      .set_global(qz::qconfig{Activation(), Weight()})
                                      .set_object_type<fn::sigmoid>(qz::default_fixed_qparams_range_0to1_qconfig);
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

template <class Net, class Mapping>
void check(const support::golden_group& g, const std::string& name) {
    const auto& c = graphs::find_case(g, name);
    INFO("case " << name);
    const qz::prepared_view p = qz::prepared_view_of<Net, mobile, Mapping>();
    const qz::graph_view lowered = qz::stage::lowered<Net, mobile, Mapping>.view();
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
    support::report(g, 11, g.cases().size() - 11);  // without training-time fake quantization
}
