// SPDX-License-Identifier: BSL-1.0
// quantize, dequantize, fake-quantize, dynamic qparams and the half round trip against the recorded cases, bit for bit.
#include <bit>

#include <quantype/numerics/fake_quantize.hpp>
#include <quantype/numerics/half.hpp>

#include "support/golden.hpp"

namespace qz = quantype;
using support::json;

namespace {

qz::dtype dtype_of(const std::string& name) {
    for (qz::dtype d : {qz::quint8, qz::qint8, qz::qint32, qz::quint4x2})
        if (qz::name_of(d) == "torch." + name) return d;
    throw std::runtime_error("unknown dtype " + name);
}

qz::shape shape_of(const json& j) {
    qz::shape s;
    for (const json& d : j.at("shape")) s.dims[s.rank++] = d.get<std::int32_t>();
    return s;
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (std::bit_cast<std::uint32_t>(a[i]) != std::bit_cast<std::uint32_t>(b[i])) return false;
    return true;
}

struct quantized {
    std::vector<std::int64_t> codes;
    std::vector<float> back;
};

quantized per_tensor(const std::vector<float>& x, qz::shape s, double scale, std::int64_t zero, qz::dtype type) {
    quantized q{std::vector<std::int64_t>(x.size()), std::vector<float>(x.size())};
    const qz::tensor_view<std::int64_t> codes{q.codes.data(), s};
    qz::quantize_per_tensor(qz::tensor_view<const float>{x.data(), s}, codes, scale, zero, type);
    qz::dequantize_per_tensor(qz::tensor_view<const std::int64_t>{q.codes.data(), s},
                              qz::tensor_view<float>{q.back.data(), s}, scale, zero);
    return q;
}

template <class ZeroPoint>
quantized per_channel(const std::vector<float>& x, const json& q) {
    const qz::shape s = shape_of(q);
    const auto scales = q.at("scales").get<std::vector<double>>();
    const auto zeros = q.at("zero_points").get<std::vector<ZeroPoint>>();
    const int axis = q.at("axis").get<int>();
    quantized r{std::vector<std::int64_t>(x.size()), std::vector<float>(x.size())};
    const qz::tensor_view<std::int64_t> codes{r.codes.data(), s};
    qz::quantize_per_channel(qz::tensor_view<const float>{x.data(), s}, codes, scales.data(), zeros.data(), axis,
                             dtype_of(q.at("dtype").get<std::string>()));
    qz::dequantize_per_channel(qz::tensor_view<const std::int64_t>{r.codes.data(), s},
                               qz::tensor_view<float>{r.back.data(), s}, scales.data(), zeros.data(), axis);
    return r;
}

quantized dynamic(const json& c, const std::vector<float>& x) {
    const json& q = c.at("q");
    const qz::dtype type = dtype_of(c.at("dtype").get<std::string>());
    float lo = x[0], hi = x[0];
    for (float v : x) {
        lo = v < lo ? v : lo;
        hi = v > hi ? v : hi;
    }
    const auto p = qz::choose_dynamic_qparams(lo, hi, qz::dynamic_codes(type, c.at("reduce_range").get<bool>()));
    CHECK(p.scale == support::number32(q.at("scale")));
    CHECK(p.zero_point == q.at("zero_point").get<int>());
    return per_tensor(x, shape_of(q), static_cast<double>(p.scale), p.zero_point, type);
}

// False for a kind of case this test does not know.
bool check(const support::golden_group& g, const json& c) {
    const auto kind = c.at("kind").get<std::string>();
    const std::vector<float> x = g.floats(c.at("x"));
    if (kind == "fake_quantize") {
        const qz::code_range range{c.at("quant_min").get<std::int64_t>(), c.at("quant_max").get<std::int64_t>()};
        std::vector<float> y;
        for (float v : x)
            y.push_back(qz::fake_quantize(v, support::number32(c.at("scale")), c.at("zero_point").get<int>(), range));
        CHECK(same_bits(y, g.floats(c.at("y"))));
        return true;
    }
    if (kind == "fp16_round_trip") {
        std::vector<float> y;
        for (float v : x) y.push_back(qz::fp16_round_trip(v));
        CHECK(same_bits(y, g.floats(c.at("y"))));
        return true;
    }
    quantized q;
    if (kind == "per_tensor")
        q = per_tensor(x, shape_of(c.at("x")), support::number(c.at("scale")), c.at("zero_point").get<std::int64_t>(),
                       dtype_of(c.at("dtype").get<std::string>()));
    else if (kind == "per_channel")
        q = per_channel<std::int64_t>(x, c.at("q"));
    else if (kind == "per_channel_float_qparams")
        q = per_channel<double>(x, c.at("q"));
    else if (kind == "dynamic")
        q = dynamic(c, x);
    else
        return false;
    CHECK(q.codes == support::integers(g.load(c.contains("codes") ? c.at("codes") : c.at("q"))));
    CHECK(same_bits(q.back, g.floats(c.at("dequantized"))));
    return true;
}

}  // namespace

TEST_CASE("golden quantize: codes and floats are the recorded ones", "[golden]") {
    const support::golden_group g("quantize");
    if (!support::available(g)) return;
    std::size_t run = 0, skipped = 0;
    for (const json& c : g.cases()) {
        INFO("case " << (run + skipped) << ": " << c.dump().substr(0, 300));
        if (check(g, c))
            ++run;
        else
            ++skipped;
    }
    CHECK(skipped == 0);
    support::report(g, run, skipped);
}
