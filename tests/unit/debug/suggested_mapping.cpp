// SPDX-License-Identifier: BSL-1.0
// What the detectors suggest. Numbers named "torch" were printed by PyTorch 1.13: ModelReport with PerChannelDetector
// and DynamicStaticDetector on the same model, mapping and batches.
#include <catch2/catch.hpp>
#include <quantype/backend/qnnpack.hpp>
#include <quantype/debug/report_table.hpp>
#include <quantype/debug/suggested_mapping.hpp>
#include <quantype/qconfig/default_mappings.hpp>
#include <quantype/qconfig/default_qat_mappings.hpp>

#include "unit/run/small_model.hpp"

namespace {

namespace qz = quantype;
namespace nn = qz::nn;
namespace debug = quantype::debug;
using mapping = qz::default_qnnpack_mapping;

struct net {
    using inputs = qz::inputs<qz::f32<1, 4>>;
    nn::linear<4, 3> first;
    nn::linear<3, 2> second;
    QUANTYPE_MODULES(first, second)
    constexpr auto forward(auto x) const { return second(first(x)); }
};

/// Declares what is printed, and keeps it as text.
#define QUANTYPE_PRINTED(...) \
    __VA_ARGS__;              \
    constexpr const char* printed = #__VA_ARGS__ ";"
QUANTYPE_PRINTED(struct suggested {
    static constexpr auto qconfig_0 =
        qz::qconfig{qz::histogram_observer().reduce_range(false), qz::default_per_channel_weight_observer};
    static constexpr auto value =
        mapping::value.set_module_name("first", qz::per_channel_dynamic_qconfig).set_module_name("second", qconfig_0);
});

std::string without_spaces(std::string s) {
    std::erase_if(s, [](char c) { return c == ' ' || c == '\n'; });
    return s;
}

/// Batches whose range wanders.
template <class Backend>
auto report_of(const auto& prepared, const auto& model) {
    debug::model_report<net, Backend, mapping> report(prepared, model);
    report(small::input({0.5f, -1, 0.25f, 2}));
    report(small::input({4.5f, 3, 4.25f, 6}));
    report(small::input({-3.5f, -5, -3.75f, -2}));
    return report;
}
template <class Backend>
auto prepared_net() {
    auto p = qz::prepare<net, Backend, mapping>(small::weights());
    p(small::input({0.5f, -1, 0.25f, 2, 4.5f, 3, 4.25f, 6, -3.5f, -5, -3.75f, -2}));
    return p;
}

}  // namespace

TEST_CASE("suggestions are those of PyTorch's detectors, and compile") {
    const auto p = prepared_net<qz::backends::qnnpack>();
    const auto m = qz::convert(p);
    const auto found = debug::suggestions(report_of<qz::backends::qnnpack>(p, m));
    REQUIRE(found.size() == 2);
    CHECK(found[0].path == "first");
    CHECK(found[0].stationarity == Approx(0.4040).epsilon(1e-3));            // torch
    CHECK(found[1].stationarity == Approx(0.5375).epsilon(1e-3));            // torch
    CHECK((found[0].dynamic && found[0].per_channel));                       // torch
    CHECK((!found[1].dynamic && found[1].per_channel));                      // torch
    CHECK(found[0].then == qz::per_channel_dynamic_qconfig);                 // torch
    CHECK(found[1].then.weight == qz::default_per_channel_weight_observer);  // torch
    CHECK(found[1].channel_ratio == Approx(1));  // the channels' largest weights are 1 and 1
    CHECK(without_spaces(debug::mapping_source(found, "suggested", "mapping::value")) ==
          without_spaces(std::string(printed)));
    CHECK(debug::to_text(found).find("per channel, dynamic") != std::string::npos);

    // The suggested mapping is one: nothing is left to suggest but for what is dynamic now.
    auto again = qz::prepare<net, qz::backends::qnnpack, suggested>(small::weights());
    again(small::input({0.5f, -1, 0.25f, 2}));
    debug::model_report after(again, qz::convert(again));
    after(small::input({0.5f, -1, 0.25f, 2}));
    for (const debug::suggestion& s : debug::suggestions(after)) CHECK(s.then == s.now);
}

TEST_CASE("suggestions: what the backend has not is said and not suggested") {
    const auto p = prepared_net<small::backend>();
    const auto m = qz::convert(p);
    const auto found = debug::suggestions(report_of<small::backend>(p, m));
    REQUIRE(found.size() == 2);
    CHECK((!found[0].dynamic && found[0].only_static));
    CHECK(found[0].then.activation == found[0].now.activation);
    CHECK(debug::to_text(found).find("dynamic, which the backend has not") != std::string::npos);
    CHECK(debug::mapping_source({}) ==
          "struct suggested {\n    static constexpr auto value = qz::qconfig_mapping();\n};\n");
}

TEST_CASE("QConfigs as C++ source") {
    using qz::report::source_of;
    CHECK(source_of(qz::default_qconfig) == "qz::default_qconfig");
    CHECK(source_of(qz::default_fixed_qparams_range_0to1_observer) ==
          "qz::fixed_qparams_observer(0.00390625, 0).dtype(qz::quint8).quant_min(0).quant_max(255)");
    CHECK(source_of(qz::default_fused_wt_fake_quant) ==
          "qz::fused_moving_avg_obs_fake_quantize(qz::moving_average_min_max_observer()).quant_min(-128).quant_max(127)"
          ".dtype(qz::qint8).qscheme(qz::per_tensor_symmetric)");
    CHECK(source_of(qz::moving_average_min_max_observer().averaging_constant(0.1).eps(0.25)) ==
          "qz::moving_average_min_max_observer().averaging_constant(0.1).eps(0.25)");
    static constexpr qz::observer_class own{.name = "Own"};
    CHECK_THROWS_WITH(source_of(qz::observer_config(own)),
                      "the observer Own is a class of your own: its C++ name is not known here");
}

TEST_CASE("a model report as CSV and as JSON") {
    debug::value_report v;
    v.path = "a\"b";
    v.op = "Linear";
    v.qparams = {0.5f, 3};
    v.min = -1;
    v.max = 3;
    v.count = 8;
    v.saturated = 2;
    v.codes_used = 5;
    v.codes = 256;
    v.outlier_ratio = 4;
    v.batch_range = 1;
    const std::string csv = debug::to_csv({v});
    CHECK(csv.substr(csv.find('\n') + 1) == "\"a\"\"b\",\"Linear\",-1,3,0.5,3,5,256,0.25,4,1,0.25\n");
    const qz::json j = debug::to_json({v});
    CHECK(j.dump() ==
          R"([{"codes":256,"codes_used":5,"has_outliers":true,"max":3.0,"min":-1.0,"op":"Linear","outlier_ratio":4.0,)"
          R"("saturation":0.25,"scale":0.5,"stationarity":0.25,"value":"a\"b","zero_point":3}])");
}
