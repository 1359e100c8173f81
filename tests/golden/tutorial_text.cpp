// SPDX-License-Identifier: BSL-1.0
// The four recorded cases of PyTorch's BackendConfig walk-through: printed prepared, reference and converted model,
// node lists and warnings, from the recorded observer states, character for character.
#include <quantype/model/nn/intrinsic.hpp>
#include <quantype/model/traced.hpp>
#include <quantype/qconfig/default_mappings.hpp>
#include <quantype/report/warnings.hpp>

#include "graph_case.hpp"

namespace {

namespace qz = quantype;
namespace nn = qz::nn;
namespace nni = qz::nn::intrinsic;

struct weighted_int8 : qz::dtype_config {
    static constexpr auto input_dtype = qz::dtype_with_constraints(qz::quint8).quant_range(0, 255).scale_min(0x1p-12);
    static constexpr auto output_dtype = input_dtype;
    static constexpr qz::dtype_with_constraints weight_dtype = qz::qint8;
    static constexpr auto bias_dtype = qz::float32;
};

inline constexpr auto fuse_conv_relu = [](auto, auto, auto) { return nni::conv_relu2d{}; };

struct tutorial_backend
    : decltype(qz::backend_config<"tutorial_backend">()
                   .set_backend_pattern_config(qz::backend_pattern_config(qz::pattern<nn::linear<>>)
                                                   .set_observation_type(qz::output_use_different_observer_as_input)
                                                   .add_dtype_config<weighted_int8>()
                                                   .set_root_module<nn::linear<>>()
                                                   .set_reference_quantized_module<qz::reference::linear>())
                   .set_backend_pattern_config(
                       qz::backend_pattern_config(qz::pattern<nn::conv2d<>, nn::relu>).set_fuser_method(fuse_conv_relu))
                   .set_backend_pattern_config(qz::backend_pattern_config(qz::pattern<nni::conv_relu2d>)
                                                   .set_observation_type(qz::output_use_different_observer_as_input)
                                                   .add_dtype_config<weighted_int8>()
                                                   .set_root_module<nn::conv2d<>>()
                                                   .set_reference_quantized_module<qz::reference::conv2d>())){};
static_assert(qz::valid_backend<tutorial_backend>);

inline constexpr qz::qconfig custom{qz::min_max_observer().quant_range(0, 127).eps(0x1p-12),
                                    qz::default_weight_observer};
struct custom_mapping {
    static constexpr auto value = qz::qconfig_mapping()
                                      .set_object_type<nn::linear<>>(custom)
                                      .set_object_type<nn::conv2d<>>(custom)
                                      .set_object_type<nn::batch_norm2d<>>(custom)
                                      .set_object_type<nn::relu>(custom);
};
struct without_bn {
    using inputs = qz::inputs<qz::f32<1, 3, 10, 10>>;
    nn::linear<10, 3> linear;
    nn::conv2d<3, 3, 3> conv;
    nn::batch_norm2d<3> bn;
    nn::relu relu;
    nn::sigmoid sigmoid;
    QUANTYPE_MODULES(linear, conv, bn, relu, sigmoid)
    constexpr auto forward(auto x) const { return sigmoid(relu(conv(linear(x)))); }
};
struct with_bn {
    using inputs = qz::inputs<qz::f32<1, 3, 10, 10>>;
    nn::linear<10, 3> linear;
    nn::conv2d<3, 3, 3> conv;
    nn::batch_norm2d<3> bn;
    nn::relu relu;
    nn::sigmoid sigmoid;
    QUANTYPE_MODULES(linear, conv, bn, relu, sigmoid)
    constexpr auto forward(auto x) const { return sigmoid(relu(bn(conv(linear(x))))); }
};

template <class Net, class Mapping>
void check(const support::golden_group& g, const std::string& name) {
    static_assert(qz::can_quantize<Net, tutorial_backend, Mapping, qz::keep_float>);
    const auto& c = graphs::find_case(g, name);
    INFO("case " << name);
    const qz::prepared_view p = qz::prepared_view_of<Net, tutorial_backend, Mapping>();
    const qz::graph_view reference = qz::stage::reference<Net, tutorial_backend, Mapping>.view();
    const qz::graph_view lowered = qz::stage::lowered<Net, tutorial_backend, Mapping>.view();
    const graphs::recorded_values recorded(p, c.at("observers"));
    const qz::report::graph_values v = recorded.values();

    graphs::same_text(qz::report::prepared_text(p, v), c.at("prepared_text"), "prepared text");
    graphs::same_text(qz::report::reference_text(p, reference, v), c.at("reference_text"), "reference text");
    graphs::same_text(qz::report::lowered_text(p, lowered, v), c.at("converted_text"), "converted text");
    graphs::same_list(qz::report::prepared_list(p), c.at("prepared_graph"), "prepared graph");
    graphs::same_list(qz::report::reference_list(p, reference, v), c.at("reference_graph"), "reference graph");
    graphs::same_list(qz::report::lowered_list(p, lowered, v), c.at("converted_graph"), "converted graph");
    CHECK(qz::report::predicted_warnings(p) == c.at("warnings").template get<std::vector<std::string>>());
    CHECK(static_cast<std::size_t>(p.observer_count) == c.at("observers").size());
}

}  // namespace

TEST_CASE("the tutorial prints as PyTorch prints it", "[golden]") {
    const support::golden_group g("tutorial");
    if (!support::available(g)) return;
    check<without_bn, custom_mapping>(g, "conv_relu");
    check<with_bn, custom_mapping>(g, "conv_bn_relu_unknown_to_backend");
    check<without_bn, qz::default_x86_mapping>(g, "default_mapping_no_bn");
    check<with_bn, qz::default_x86_mapping>(g, "default_mapping_with_bn");
    support::report(g, 4, g.cases().size() - 4);
}
