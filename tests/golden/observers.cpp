// SPDX-License-Identifier: BSL-1.0
// Every observer against the recorded states and qparams, bit for bit: min, max, histogram, searched range, scale, zero
// point, quant range, and the refusals.
#include <quantype/calibrate/require.hpp>

#include "golden/recorded_observer.hpp"
#include "support/subnormals.hpp"

namespace qz = quantype;
using support::bits_of;
using support::json;

namespace {

void check_state(const json& want, const qz::observer_state& s) {
    if (!want.contains("min_val")) return;
    if (!s.observed()) {  // recorded as inf, -inf or as empty lists
        const json& lo = want.at("min_val");
        CHECK((lo.is_array() ? lo.empty() : lo == "inf"));
        return;
    }
    CHECK(bits_of(s.min) == bits_of(support::numbers32(want.at("min_val"))));
    CHECK(bits_of(s.max) == bits_of(support::numbers32(want.at("max_val"))));
}

void check_case(const support::golden_group& g, const json& c) {
    const qz::observer_config o =
        support::with_arguments(support::observer_named(c.at("observer").get<std::string>()), c.at("args"));
    const json& want = c.at("result");
    if (want.contains("error")) {
        CHECK(qz::check_observer(o) != qz::observer_fault::none);
        CHECK_THROWS_AS(qz::require_observer(o, "x"), qz::error);
        return;
    }
    REQUIRE(qz::check_observer(o) == qz::observer_fault::none);
    qz::observer_state s;
    for (const json& input : c.at("inputs")) {
        const std::vector<float> x = g.floats(input);
        qz::shape extents;
        for (const json& d : input.at("shape")) extents.dims[extents.rank++] = d.get<std::int32_t>();
        qz::observe(o, s, {x.data(), extents});
    }
    check_state(want, s);
    const qz::qparams q = qz::calculate_qparams(o, s);
    CHECK(bits_of(q.scale) == bits_of(support::numbers32(want.at("scale"))));
    if (q.float_zero_point.empty())
        CHECK(q.zero_point == want.at("zero_point").get<std::vector<std::int32_t>>());
    else
        CHECK(bits_of(q.float_zero_point) == bits_of(support::numbers32(want.at("zero_point"))));
    const qz::code_range range = qz::effective_quant_range(o);
    CHECK(range.min == want.at("quant_min").get<std::int64_t>());
    CHECK(range.max == want.at("quant_max").get<std::int64_t>());
    if (want.contains("search_min") && s.observed()) {
        const qz::value_range found = qz::search_histogram(o, s);
        CHECK(bits_of({found.min, found.max}) ==
              bits_of({support::number32(want.at("search_min")), support::number32(want.at("search_max"))}));
    }
    if (want.contains("histogram")) CHECK(bits_of(s.histogram) == bits_of(g.floats(want.at("histogram"))));
    // The recorded warnings are the states that must not pass in silence here.
    const std::string warnings = c.contains("warnings") ? c.at("warnings").dump() : "";
    CHECK((warnings.find("must run observer") != std::string::npos) == (q.status == qz::qparams_status::uncalibrated));
    CHECK((warnings.find("torch.inf detected") != std::string::npos) == s.saw_infinity);
}

}  // namespace

TEST_CASE("golden observers: states and qparams are the recorded ones", "[golden]") {
    const support::golden_group g("observers");
    if (!support::available(g)) return;
    std::size_t run = 0, skipped = 0;
    for (const json& c : g.cases()) {
        if (!subnormals_are_kept() && c.value("tensor", "") == "subnormal_range") {
            ++skipped;
            continue;
        }
        INFO("case " << run << ": " << c.dump().substr(0, 400));
        check_case(g, c);
        ++run;
    }
    support::report(g, run, skipped);
}
