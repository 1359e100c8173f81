// SPDX-License-Identifier: BSL-1.0
// Fake-quantizes beyond the recorded cases: other observers inside, gradients that are not 1, ties, refusals.
#include <quantype/calibrate/fake_quantize.hpp>
#include <quantype/qconfig/qat_qconfig.hpp>

#include "support/catch.hpp"

namespace qz = quantype;

namespace {

constexpr qz::code_range bytes{0, 255};
static_assert(qz::fake_quantize(0.26f, 0.1f, 10, bytes) == 3 * 0.1f);
static_assert(qz::fake_quantize(0.25f, 0.1f, 10, bytes) == 2 * 0.1f);  // a tie goes to even
static_assert(qz::fake_quantize(-9.0f, 0.1f, 10, bytes) == -10 * 0.1f);
static_assert(qz::fake_quantize_gradient(0.26f, 2.5f, 0.1f, 10, bytes) == 2.5f);
static_assert(qz::fake_quantize_gradient(-1.0f, 2.5f, 0.1f, 10, bytes) == 2.5f);   // code 0
static_assert(qz::fake_quantize_gradient(-1.06f, 2.5f, 0.1f, 10, bytes) == 0.0f);  // code -1
static_assert(qz::choose_fused_qparams(-1.0f, 0.5f, {-128, 127}, true).scale == 0x1p-7f);
static_assert(qz::choose_fused_qparams(-1.0f, 0.5f, {-128, 127}, true).zero_point == 0);

qz::tensor<float> row(std::vector<float> values) {
    const qz::shape extents(1, static_cast<std::int32_t>(values.size()));
    return qz::tensor<float>(extents, std::move(values));
}
qz::tensor<float> through(const qz::observer_config& o, qz::fake_quantize_state& s, const qz::tensor<float>& x) {
    qz::tensor<float> y(x.extents);
    qz::fake_quantize(o, s, x.view(), y.view(), "fc.weight_fake_quant");
    return y;
}

}  // namespace

TEST_CASE("fake-quantize: any observer that calculates qparams serves", "[calibrate]") {
    const qz::observer_config o = qz::fake_quantize(qz::histogram_observer()).quant_range(0, 127);
    qz::fake_quantize_state s(o);
    qz::observer_state alone;
    const auto x = row({-1.0f, -0.5f, 0.25f, 1.0f, 3.0f});
    for (int i = 0; i < 2; ++i) {
        qz::observe(qz::histogram_observer().quant_range(0, 127), alone, x.view());
        const auto y = through(o, s, x);
        const qz::qparams q = qz::calculate_qparams(qz::histogram_observer().quant_range(0, 127), alone);
        CHECK(s.scale == q.scale);
        CHECK(s.zero_point == q.zero_point);
        CHECK(y.data[1] == qz::fake_quantize(-0.5f, q.scale[0], q.zero_point[0], {0, 127}));
    }
}

TEST_CASE("fake-quantize: switches", "[calibrate]") {
    const qz::observer_config o = qz::default_fake_quant;
    qz::fake_quantize_state s(o);
    const auto x = row({-1.0f, 0.3f, 1.0f});
    s.disable_fake_quant();
    CHECK(through(o, s, x).data == x.data);
    CHECK(s.scale[0] != 1.0f);  // a plain one chooses its scale while it observes
    s.enable_fake_quant();
    s.enable_observer(false);
    const float scale = s.scale[0];
    CHECK(through(o, s, row({-9.0f, 0.3f, 9.0f})).data[2] < 1.1f);
    CHECK(s.scale[0] == scale);
}

TEST_CASE("fake-quantize: each channel has its own scale, along any axis", "[calibrate]") {
    const qz::observer_config o =
        qz::fake_quantize(qz::per_channel_min_max_observer()).qscheme(qz::per_channel_affine).ch_axis(-1);
    qz::fake_quantize_state s(o);
    qz::tensor<float> x(qz::shape(2, 3), {1.0f, 2.0f, 4.0f, 2.55f, 0.0f, 0.0f});
    const auto y = through(o, s, x);
    REQUIRE(s.scale.size() == 3);
    CHECK(s.scale[0] == 2.55f / 255.0f);
    CHECK(y.data[0] == 100 * s.scale[0]);
    qz::tensor<float> wider(qz::shape(1, 4), {1, 2, 3, 4}), gradient(wider.extents);
    CHECK_THROWS_WITH(qz::fake_quantize_gradient(o, s, wider.view(), wider.view(), gradient.view(), "fc"),
                      Catch::Matchers::Contains("fc: 3 scales for axis 1 of a tensor of shape [1, 4]"));
}

TEST_CASE("fake-quantize: what cannot be trusted is refused by name", "[calibrate]") {
    for (const qz::observer_config& o : {qz::default_fake_quant, qz::default_fused_act_fake_quant}) {
        qz::fake_quantize_state s(o);
        const float inf = std::numeric_limits<float>::infinity();
        CHECK_THROWS_WITH(through(o, s, row({1.0f, inf})), Catch::Matchers::Contains("fc.weight_fake_quant: ") &&
                                                               Catch::Matchers::Contains("not finite"));
    }
    qz::fake_quantize_state fresh(qz::default_fused_act_fake_quant);
    fresh.disable_observer();
    CHECK_THROWS_WITH(through(qz::default_fused_act_fake_quant, fresh, row({1.0f})),
                      Catch::Matchers::Contains("nothing was observed"));
}
