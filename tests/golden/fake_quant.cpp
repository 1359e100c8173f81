// SPDX-License-Identifier: BSL-1.0
// Every recorded fake-quantize, step by step, bit for bit: output, gradient, scale, zero point, minimum and maximum,
// with its switches turned as recorded.
#include <quantype/calibrate/fake_quantize.hpp>
#include <quantype/qconfig/qat_qconfig.hpp>

#include "golden/recorded_observer.hpp"

namespace qz = quantype;
using support::bits_of;
using support::json;

namespace {

struct totals {
    std::size_t steps = 0;
    std::size_t values = 0;
};

qz::tensor<float> tensor_of(const support::golden_group& g, const json& j) {
    qz::shape s;
    for (const json& d : j.at("shape")) s.dims[s.rank++] = d.get<std::int32_t>();
    return qz::tensor<float>(s, g.floats(j));
}

void turn(qz::fake_quantize_state& s, const std::string& method) {
    if (method == "enable_fake_quant")
        s.enable_fake_quant();
    else if (method == "disable_fake_quant")
        s.disable_fake_quant();
    else if (method == "enable_observer")
        s.enable_observer();
    else if (method == "disable_observer")
        s.disable_observer();
    else
        FAIL("unknown method " << method);
}

/// The record holds 0 and 0 for fixed qparams, which observe nothing.
void check_range(const json& step, const qz::observer_state& s) {
    const auto or_zero = [](const std::vector<float>& v) { return v.empty() ? std::vector<float>{0.0f} : v; };
    CHECK(bits_of(or_zero(s.min)) == bits_of(support::numbers32(step.at("min_val"))));
    CHECK(bits_of(or_zero(s.max)) == bits_of(support::numbers32(step.at("max_val"))));
}

void check_step(const support::golden_group& g, const json& step, const qz::observer_config& o,
                qz::fake_quantize_state& s, totals& t) {
    const qz::tensor<float> x = tensor_of(g, step.at("input"));
    qz::tensor<float> y(x.extents), ones(x.extents), gradient(x.extents);
    for (float& v : ones.data) v = 1.0f;
    qz::fake_quantize(o, s, x.view(), y.view());
    qz::fake_quantize_gradient(o, s, x.view(), ones.view(), gradient.view());
    CHECK(bits_of(y.data) == bits_of(g.floats(step.at("output"))));
    CHECK(bits_of(gradient.data) == bits_of(g.floats(step.at("input_grad_for_unit_output_grad"))));
    CHECK(bits_of(s.scale) == bits_of(support::numbers32(step.at("scale"))));
    std::vector<float> zero = s.float_zero_point;
    if (zero.empty())
        for (const std::int32_t z : s.zero_point) zero.push_back(static_cast<float>(z));
    CHECK(bits_of(zero) == bits_of(support::numbers32(step.at("zero_point"))));
    check_range(step, s.observer);
    ++t.steps;
    t.values += 2 * x.data.size();
}

/// PyTorch's named fake-quantizes are the recorded ones; cases with other names are only run.
void check_name(const std::string& name, const qz::observer_config& o) {
    const std::pair<const char*, qz::observer_config> ours[] = {
        {"default_fake_quant", qz::default_fake_quant},
        {"default_weight_fake_quant", qz::default_weight_fake_quant},
        {"default_per_channel_weight_fake_quant", qz::default_per_channel_weight_fake_quant},
        {"default_fused_act_fake_quant", qz::default_fused_act_fake_quant},
        {"default_fused_wt_fake_quant", qz::default_fused_wt_fake_quant},
        {"default_fused_per_channel_wt_fake_quant", qz::default_fused_per_channel_wt_fake_quant},
        {"default_fixed_qparams_range_0to1_fake_quant", qz::default_fixed_qparams_range_0to1_fake_quant},
        {"default_fixed_qparams_range_neg1to1_fake_quant", qz::default_fixed_qparams_range_neg1to1_fake_quant},
        {"fused_wt_fake_quant_range_neg_127_to_127", qz::fused_wt_fake_quant_range_neg_127_to_127},
        {"default_embedding_fake_quant", qz::default_embedding_fake_quant},
        {"default_dynamic_fake_quant", qz::default_dynamic_fake_quant},
    };
    for (const auto& [known, config] : ours)
        if (name == known) CHECK(config == o);
}

void check_case(const support::golden_group& g, const json& c, totals& t) {
    const qz::observer_config o = support::recorded_config(c.at("ctor"));
    check_name(c.at("module").get<std::string>(), o);
    REQUIRE(qz::check_observer(o) == qz::observer_fault::none);
    qz::fake_quantize_state s(o);
    const json& steps = c.at("steps");
    for (std::size_t i = 0; i < steps.size(); ++i) {
        INFO("step " << i);
        for (const json& toggle : c.at("toggles"))
            if (toggle.at(0) == i) turn(s, toggle.at(1).get<std::string>());
        check_step(g, steps.at(i), o, s, t);
    }
}

}  // namespace

TEST_CASE("golden fake_quant: values, gradients and states are the recorded ones", "[golden]") {
    const support::golden_group g("fake_quant");
    if (!support::available(g)) return;
    totals t;
    std::size_t run = 0;
    for (const json& c : g.cases()) {
        INFO("case " << c.at("module").get<std::string>());
        check_case(g, c, t);
        ++run;
    }
    std::printf("fake_quant: %zu steps, %zu values and gradients compared\n", t.steps, t.values);
    support::report(g, run, 0);
}
