// SPDX-License-Identifier: BSL-1.0
// The numeric suite, the sensitivity ranking and the model report. Numbers named "torch" were printed by PyTorch 1.13:
// torch.ao.ns.fx.utils.compute_sqnr, compute_cosine_similarity and compute_normalized_l2_error of x and y below, and
// t.abs().max() / torch.quantile(t.abs(), 0.975) of the second batch.
#include <catch2/catch.hpp>
#include <quantype/debug/model_report.hpp>
#include <quantype/debug/numeric_suite.hpp>
#include <quantype/debug/sensitivity.hpp>

#include "unit/run/small_model.hpp"

namespace {

/// By its bits: -ffast-math takes every number for finite.
bool is_infinite(double x) { return std::bit_cast<std::uint64_t>(x) == 0x7ff0000000000000U; }

namespace qz = quantype;
namespace debug = quantype::debug;

const std::vector<float> calibration_input = {0.5f, -1, 0.25f, 2, 1, 1, -1, 0};

auto prepared_model() {
    auto p = qz::prepare<small::net, small::backend, small::mapping>(small::weights());
    p(qz::tensor<float>(qz::shape(2, 4), calibration_input));
    return p;
}

}  // namespace

TEST_CASE("similarity: PyTorch's measures") {
    const qz::tensor<float> x(qz::shape(6), {1, -2, 3, 0.5f, -0.25f, 8}),
        y(qz::shape(6), {1.1f, -1.9f, 3.25f, 0.5f, 0, 7.5f});
    debug::similarity s;
    s.add(x.view(), y.view());
    CHECK(s.sqnr() == Approx(22.972339630126953).epsilon(1e-6));                  // torch
    CHECK(s.cosine() == Approx(0.9982854127883911).epsilon(1e-6));                // torch
    CHECK(s.normalized_l2_error() == Approx(0.07102037966251373).epsilon(1e-6));  // torch
    CHECK(s.largest_error() == 0.5);
    CHECK(s.count() == 6);
    debug::similarity same;
    same.add(x.view(), x.view());
    CHECK(is_infinite(same.sqnr()));
    CHECK(same.cosine() == Approx(1));
}

TEST_CASE("numeric suite: calls by path; int8 is a step or less from its reference form") {
    const auto p = prepared_model();
    const auto m = qz::convert(p);
    debug::numeric_suite suite(p, m);
    suite(small::input({0.5f, -1, 0.25f, 2}));
    suite(small::input({0.3f, -0.7f, 0.25f, 1.1f}));
    const auto against_float = suite.against_float();
    const auto against_reference = suite.against_reference();
    REQUIRE(against_float.size() == 3);  // the input, linear + relu under the relu's name, the second linear
    REQUIRE(against_reference.size() == 3);
    const char* paths[] = {"x", "act", "second"};
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(against_float[i].path == paths[i]);
        CHECK(against_float[i].distance.sqnr() > 35);
        CHECK(against_float[i].distance.sqnr() < 60);
        CHECK(against_reference[i].distance.count() == against_float[i].distance.count());
        const auto& q = m.quantized().values[i];
        CHECK(against_reference[i].distance.largest_error() <= 1.001 * static_cast<double>(q.scale));
    }
    CHECK(is_infinite(against_reference[0].distance.sqnr()));
    // The output's float value is what the float model gives, and the int8 value what the int8 model gives.
    const auto in = small::input({0.5f, -1, 0.25f, 2});
    CHECK(debug::int8_values(m, {in}).rbegin()->second.data == m(in)[0].data);
    CHECK(debug::float_values(p, {in}).count(2) == 1);
    const std::string text = debug::to_text(against_float);
    CHECK(text.rfind("call", 0) == 0);
    CHECK(text.find("second  Linear") != std::string::npos);
}

TEST_CASE("sensitivity: the layer whose weights the codes cannot hold comes first") {
    auto weights = small::weights();
    // One huge weight beside small ones, on a channel that the sample leaves at 0: the codes of the others become 0.
    weights["second.weight"] = small::floats(qz::shape(2, 3), {0.05f, -0.05f, 0.025f, -0.1f, 0.05f, 90});
    const auto sample = small::input({-1, -1, 1, -1});
    auto p = qz::prepare<small::net, small::backend, small::mapping>(weights);
    p(sample);
    const auto m = qz::convert(p);
    const auto ranking = debug::sensitivity(p, m, {{sample}, {sample}});
    REQUIRE(ranking.size() == 3);
    CHECK(ranking[0].path == "second");
    CHECK(ranking[0].distance.sqnr() < 30);
    for (std::size_t i = 1; i < 3; ++i) CHECK(ranking[i].distance.sqnr() > ranking[i - 1].distance.sqnr());
    CHECK(debug::to_text(ranking).rfind("quantized alone", 0) == 0);
}

TEST_CASE("model report: range, saturation, codes used, outliers") {
    const auto p = prepared_model();
    const auto m = qz::convert(p);
    debug::model_report report(p, m);
    report(qz::tensor<float>(qz::shape(2, 4), calibration_input));
    auto values = report.values();
    REQUIRE(values.size() == 3);
    CHECK(values[0].path == "x");
    CHECK(values[0].min == -1.0f);
    CHECK(values[0].max == 2.0f);
    CHECK(values[0].saturated == 0);  // what the observers saw is what the codes hold
    CHECK(values[0].codes == 256);
    CHECK(values[0].codes_used == 6);  // 0.5, -1, 0.25, 2, 1 and 0
    CHECK_FALSE(values[0].has_outliers());

    debug::model_report other(p, m);
    other(qz::tensor<float>(qz::shape(2, 4), {0.5f, -1, 0.25f, 2, 8, 0.1f, 0.2f, 0.3f}));
    values = other.values();
    CHECK(values[0].saturated == 1);  // 8, where the codes end at 2
    CHECK(values[0].saturation() == Approx(1.0 / 8));
    CHECK(values[0].outlier_ratio == Approx(1.1510788202285767).epsilon(1e-6));  // torch
    CHECK(debug::to_text(values).find("12.500 %") != std::string::npos);
}
