// SPDX-License-Identifier: BSL-1.0
// QConfig mappings: order, replacement, globs, lists of ops, and the default mappings as a start for own ones.
#include <quantype/qconfig/default_qat_mappings.hpp>
#include <quantype/qconfig/regex.hpp>

#include "support/catch.hpp"

namespace qz = quantype;
namespace nn = qz::nn;
using level = qz::qconfig_rule::level_type;

namespace {

constexpr qz::qconfig a = qz::default_qconfig;
constexpr qz::qconfig b = qz::default_qnnpack_qconfig;
static_assert(!(a == b));

}  // namespace

TEST_CASE("mapping: setting a key again replaces its value and keeps its place") {
    constexpr auto m = qz::qconfig_mapping()
                           .set_object_type<nn::linear<>>(a)
                           .set_global(a)
                           .set_object_type<nn::relu>(a)
                           .set_object_type<nn::linear<4, 2>>(b);
    REQUIRE(m.count == 3);
    CHECK(m.rules[0].op == qz::id_of<nn::linear<>>);
    CHECK(m.rules[0].value == qz::maybe<qz::qconfig>(b));
    CHECK(m.rules[1].level == level::global);
    CHECK(m.rules[2].value == qz::maybe<qz::qconfig>(a));
}

TEST_CASE("mapping: keys of different levels are different keys") {
    constexpr auto m = qz::qconfig_mapping()
                           .set_module_name("fc", a)
                           .set_module_name_glob("fc", a)
                           .set_module_name_regex<qz::regex<"fc">>(a)
                           .set_module_name_object_type_order<nn::linear<>>("fc", 0, a)
                           .set_module_name_object_type_order<nn::linear<>>("fc", 1, a)
                           .set_module_name("fc", qz::no_qconfig);
    REQUIRE(m.count == 5);
    CHECK(m.rules[0].level == level::module_name);
    CHECK_FALSE(static_cast<bool>(m.rules[0].value));
    CHECK(m.rules[1].level == level::module_name_pattern);
    CHECK(m.rules[2].level == level::module_name_pattern);
    CHECK(m.rules[1].matches("fc", "fc"));
    CHECK_FALSE(m.rules[1].matches("fc", "fc2"));
    CHECK(m.rules[2].matches("fc", "fc2"));
    CHECK(m.rules[4].index == 1);
}

TEST_CASE("mapping: globs match the whole path") {
    CHECK(qz::matches_glob("layer?.*", "layer1.0.conv"));
    CHECK_FALSE(qz::matches_glob("layer?.*", "layer12.0"));
    CHECK(qz::matches_glob("*", ""));
    CHECK_FALSE(qz::matches_glob("?", ""));
    CHECK(qz::matches_glob("*conv*", "a.conv1"));
    CHECK_FALSE(qz::matches_glob("*conv", "a.conv1"));
    CHECK(qz::matches_glob("a*b*c", "aXbYbZc"));
}

TEST_CASE("mapping: a list of ops in one step") {
    using ops = qz::vocabulary::ops<nn::relu, qz::fn::add, nn::linear<3, 3>>;
    constexpr auto m =
        qz::set_object_types(qz::qconfig_mapping().set_global(a).set_object_type<qz::fn::add>(a), ops{}, b);
    REQUIRE(m.count == 4);
    CHECK(m.rules[1].op == qz::id_of<qz::fn::add>);
    CHECK(m.rules[1].value == qz::maybe<qz::qconfig>(b));
    CHECK(m.rules[2].op == qz::id_of<nn::relu>);
    CHECK(m.rules[3].op == qz::id_of<nn::linear<>>);
}

TEST_CASE("mapping: a default mapping extended") {
    constexpr auto m = qz::default_qnnpack_mapping::value.set_module_name("head", qz::no_qconfig);
    CHECK(m.count == qz::default_qnnpack_mapping::value.count + 1);
    CHECK(m.rules[m.count - 1].key == "head");
    constexpr auto replaced = qz::default_x86_mapping::value.set_object_type<nn::tanh>(a);
    CHECK(replaced.count == qz::default_x86_mapping::value.count);
}

TEST_CASE("qconfig: a fake-quantize equals another with the same classes and arguments bound in the same place") {
    constexpr qz::observer_config average = qz::moving_average_min_max_observer();
    constexpr qz::observer_config fused = qz::fused_moving_avg_obs_fake_quantize(average).quant_range(-128, 127);
    STATIC_REQUIRE(fused == qz::fused_moving_avg_obs_fake_quantize(average).quant_max(127).quant_min(-128));
    STATIC_REQUIRE_FALSE(fused == qz::fused_moving_avg_obs_fake_quantize(average.quant_range(-128, 127)));
    STATIC_REQUIRE_FALSE(fused == qz::fake_quantize(average).quant_range(-128, 127));
    STATIC_REQUIRE_FALSE(qz::fake_quantize(average) == average);
    CHECK(qz::same_class(fused, qz::fused_moving_avg_obs_fake_quantize(qz::min_max_observer())));
    CHECK_FALSE(qz::same_class(fused, average));
    CHECK(qz::same_class(average, average.quant_range(0, 127)));
}

TEST_CASE("qconfig: a fake-quantize's range is its observer's") {
    constexpr auto range = [](const qz::observer_config& o) { return qz::effective_quant_range(o); };
    CHECK(range(qz::default_qat_x86_qconfig.activation).max == 127);
    CHECK(range(qz::default_qat_qnnpack_qconfig.activation).max == 255);
    CHECK(range(qz::fused_moving_avg_obs_fake_quantize(qz::moving_average_min_max_observer())).max == 255);
    CHECK(range(qz::default_fixed_qparams_range_neg1to1_fake_quant).max == 255);
    CHECK(range(qz::default_embedding_fake_quant_4bit).max == 15);
}

TEST_CASE("qconfig: a fake-quantize refuses observers of other classes") {
    using qz::observer_fault;
    const auto fault = [](const qz::observer_config& o) { return qz::check_observer(o); };
    CHECK(fault(qz::default_fake_quant) == observer_fault::none);
    CHECK(fault(qz::default_fixed_qparams_range_0to1_fake_quant) == observer_fault::none);
    CHECK(fault(qz::fake_quantize(qz::placeholder_observer())) == observer_fault::fake_quantize_not_supported);
    CHECK(fault(qz::fused_moving_avg_obs_fake_quantize(qz::min_max_observer())) ==
          observer_fault::fake_quantize_not_supported);
    CHECK(fault(qz::fixed_qparams_fake_quantize(qz::min_max_observer())) ==
          observer_fault::fake_quantize_not_supported);
}
