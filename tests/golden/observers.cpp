// SPDX-License-Identifier: BSL-1.0
// Every observer against the recorded states and qparams, bit for bit: min, max, histogram, searched range, scale, zero
// point, quant range, and the refusals.
#include <bit>

#include <quantype/calibrate/require.hpp>

#include "support/golden.hpp"

namespace qz = quantype;
using support::json;

namespace {

qz::observer_config class_of(const std::string& name) {
    for (const qz::observer_class* c :
         {&qz::observers::min_max, &qz::observers::moving_average_min_max, &qz::observers::per_channel_min_max,
          &qz::observers::moving_average_per_channel_min_max, &qz::observers::histogram, &qz::observers::fixed_qparams})
        if (c->name == name) return qz::observer_config(*c);
    throw std::runtime_error("unknown observer " + name);
}

qz::dtype dtype_of(const json& j) {
    for (qz::dtype d : {qz::quint8, qz::qint8, qz::qint32, qz::quint4x2})
        if (qz::name_of(d) == "torch." + j.get<std::string>()) return d;
    throw std::runtime_error("unknown dtype " + j.dump());
}

qz::qscheme qscheme_of(const json& j) {
    for (qz::qscheme s : {qz::per_tensor_affine, qz::per_tensor_symmetric, qz::per_channel_affine,
                          qz::per_channel_symmetric, qz::per_channel_affine_float_qparams})
        if (qz::name_of(s) == "torch." + j.get<std::string>()) return s;
    throw std::runtime_error("unknown qscheme " + j.dump());
}

qz::observer_config config_of(const json& c) {
    qz::observer_config o = class_of(c.at("observer").get<std::string>());
    for (const auto& [name, value] : c.at("args").items()) {
        if (name == "dtype")
            o = o.dtype(dtype_of(value));
        else if (name == "qscheme")
            o = o.qscheme(qscheme_of(value));
        else if (name == "quant_min")
            o = o.quant_min(value.get<std::int64_t>());
        else if (name == "quant_max")
            o = o.quant_max(value.get<std::int64_t>());
        else if (name == "eps")
            o = o.eps(value.get<double>());
        else if (name == "reduce_range")
            o = o.reduce_range(value.get<bool>());
        else if (name == "averaging_constant")
            o = o.averaging_constant(value.get<double>());
        else if (name == "ch_axis")
            o = o.ch_axis(value.get<int>());
        else if (name == "bins")
            o = o.bins(value.get<int>());
        else if (name == "scale")
            o = o.scale(value.get<double>());
        else if (name == "zero_point")
            o = o.zero_point(value.get<std::int32_t>());
        else
            throw std::runtime_error("unknown argument " + name);
    }
    return o;
}

std::vector<std::uint32_t> bits_of(const std::vector<float>& v) {
    std::vector<std::uint32_t> bits;
    for (float x : v) bits.push_back(std::bit_cast<std::uint32_t>(x));
    return bits;
}

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
    const qz::observer_config o = config_of(c);
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
    std::size_t run = 0;
    for (const json& c : g.cases()) {
        INFO("case " << run << ": " << c.dump().substr(0, 400));
        check_case(g, c);
        ++run;
    }
    support::report(g, run, 0);
}
