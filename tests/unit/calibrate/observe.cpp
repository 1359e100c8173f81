// SPDX-License-Identifier: BSL-1.0
// Observers at run time and in the compiler, an observer of the user's own, and the refusals.
#include <algorithm>
#include <array>
#include <limits>
#include <quantype/calibrate/require.hpp>
#include <vector>

#include "support/catch.hpp"
#include "support/subnormals.hpp"

namespace qz = quantype;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();

template <std::size_t N>
constexpr qz::tensor_view<const float> view(const std::array<float, N>& a) {
    return {a.data(), qz::shape(static_cast<int>(N))};
}

template <std::size_t N>
constexpr qz::tensor_view<const float> view(const std::array<float, N>& a, qz::shape s) {
    return {a.data(), s};
}

// Calibrate and quantize four values in the compiler.
constexpr std::array<float, 4> small{-1.0f, 0.0f, 0.5f, 1.55f};
constexpr std::array<int, 4> quantized_by_the_compiler() {
    constexpr qz::observer_config o = qz::min_max_observer().dtype(qz::quint8);
    qz::observer_state s;
    qz::observe(o, s, view(small));
    const qz::qparams q = qz::calculate_qparams(o, s);
    std::array<int, 4> codes{};
    qz::quantize_per_tensor(view(small), qz::tensor_view<int>{codes.data(), qz::shape(4)},
                            static_cast<double>(q.scale[0]), q.zero_point[0], q.dtype);
    return codes;
}
static_assert(quantized_by_the_compiler() == std::array<int, 4>{0, 100, 150, 255});

constexpr bool histogram_in_the_compiler() {
    constexpr qz::observer_config o = qz::histogram_observer().bins(8);
    qz::observer_state s;
    qz::observe(o, s, view(small));
    qz::observe(o, s, view(std::array<float, 2>{-2.0f, 2.0f}));
    float sum = 0.0f;
    for (float count : s.histogram) sum += count;
    return sum == 6.0f && s.min[0] == -2.0f && s.max[0] == 2.0f && s.histogram.size() == 8;
}
static_assert(histogram_in_the_compiler());

constexpr qz::qparams calibrated(const qz::observer_config& o, qz::tensor_view<const float> x) {
    qz::observer_state s;
    qz::observe(o, s, x);
    return qz::calculate_qparams(o, s);
}

// A user's observer: min-max, and the scale rounded up to a power of two.
void power_of_two(const qz::observer_config& o, const qz::observer_state& s, qz::qparams& q) {
    float scale = 0x1p-20f;
    while (s.observed() && (scale * 127.0f < s.max[0] || scale * -127.0f > s.min[0])) scale *= 2.0f;
    q.dtype = o.args.dtype;
    q.scale = {scale};
    q.zero_point = {0};
    q.status = s.observed() ? qz::qparams_status::ok : qz::qparams_status::uncalibrated;
}
constexpr qz::observer_class power_of_two_class{.name = "PowerOfTwoObserver",
                                                .module = "mine",
                                                .defaults = {.dtype = qz::dtype::qint8},
                                                .calculate = &power_of_two};

// A second one, with a record of its own: the largest magnitude of the last batch.
void keep_last(const qz::observer_config&, qz::observer_state& s, qz::tensor_view<const float> x) {
    float largest = 0.0f;
    for (float v : x) largest = std::max(largest, std::max(v, -v));
    s.min = {-largest};
    s.max = {largest};
    s.custom.push_back(largest);
}
constexpr qz::observer_class last_batch_class{.name = "LastBatchObserver", .observe = &keep_last};

std::string message_of(void (*f)()) {
    try {
        f();
    } catch (const qz::error& e) {
        return e.what();
    }
    return "no error";
}

}  // namespace

TEST_CASE("an observer of the user's own takes the place of a built-in one", "[calibrate]") {
    constexpr qz::observer_config mine(power_of_two_class);
    static_assert(mine == qz::observer_config(power_of_two_class) && !(mine == qz::min_max_observer()));
    const qz::qparams q = calibrated(mine, view(small));
    CHECK(q.scale == std::vector<float>{0x1p-6f});
    CHECK(q.ok());
    const qz::observer_config last(last_batch_class);
    qz::observer_state s;
    qz::observe(last, s, view(std::array<float, 1>{9.0f}));
    qz::observe(last, s, view(std::array<float, 2>{-2.55f, 1.0f}));
    CHECK(s.custom == std::vector<float>{9.0f, 2.55f});
    CHECK(qz::calculate_qparams(last, s).scale[0] == Approx(5.1f / 255));
}

TEST_CASE("moving averages, channels and recording", "[calibrate]") {
    const std::array<float, 4> a{0.0f, 1.0f, -4.0f, 2.0f}, b{0.0f, 2.0f, -8.0f, 4.0f};
    const auto average = qz::moving_average_min_max_observer().averaging_constant(0.5);
    qz::observer_state s;
    qz::observe(average, s, view(a));
    qz::observe(average, s, view(b));
    CHECK(s.min == std::vector<float>{-6.0f});
    CHECK(s.max == std::vector<float>{3.0f});

    const auto channels = qz::per_channel_min_max_observer().ch_axis(1);
    qz::observer_state c;
    qz::observe(channels, c, view(a, qz::shape(2, 2)));
    CHECK(c.min == std::vector<float>{-4.0f, 1.0f});
    CHECK(c.max == std::vector<float>{0.0f, 2.0f});
    CHECK_THROWS_AS(qz::observe(channels, c, view(a, qz::shape(1, 4))), qz::error);
    CHECK_THROWS_AS(qz::observe(channels, c, view(a)), qz::error);

    qz::observer_state r;
    qz::observe(qz::recording_observer(), r, view(a, qz::shape(2, 2)));
    REQUIRE(r.recorded.size() == 1);
    CHECK(r.recorded[0] == qz::recorded_tensor{qz::shape(2, 2), {a.begin(), a.end()}});
    for (const auto& o :
         {qz::recording_observer(), qz::noop_observer(), qz::placeholder_observer(), qz::reuse_input_observer()})
        CHECK(qz::calculate_qparams(o, r).status == qz::qparams_status::no_qparams);
}

TEST_CASE("empty batches are ignored; nothing observed is a status of its own", "[calibrate]") {
    for (const auto& o : {qz::min_max_observer(), qz::histogram_observer(), qz::per_channel_min_max_observer()}) {
        qz::observer_state s;
        qz::observe(o, s, {nullptr, qz::shape(0, 3)});
        const qz::qparams q = qz::calculate_qparams(o, s);
        CHECK(q.status == qz::qparams_status::uncalibrated);
        CHECK(q.scale == std::vector<float>{1.0f});
        CHECK(q.zero_point == std::vector<std::int32_t>{0});
    }
    CHECK(message_of([] { (void)qz::require_qparams(qz::min_max_observer(), {}, "fc.weight"); }) ==
          "fc.weight: MinMaxObserver: nothing was observed, run calibration first");
}

TEST_CASE("what is not finite is refused by name and position", "[calibrate]") {
    static_assert(qz::first_not_finite(view(small)) == -1);
    static_assert(qz::first_not_finite(view(std::array<float, 3>{1.0f, not_a_number, infinity})) == 1);
    CHECK(message_of([] {
              const std::array<float, 6> x{0.0f, 1.0f, 2.0f, 3.0f, 4.0f, -infinity};
              qz::require_finite(view(x, qz::shape(2, 3)), "activation_post_process_0");
          }) == "calibration: activation_post_process_0: value at [1, 2] is -inf");
    CHECK(message_of([] { qz::require_finite(view(std::array<float, 2>{not_a_number, 0.0f}), "x"); }) ==
          "calibration: x: value at [0] is nan");
    for (const auto& o : {qz::min_max_observer(), qz::histogram_observer(), qz::moving_average_min_max_observer()}) {
        INFO(o.type->name);
        qz::observer_state s;
        qz::observe(o, s, view(std::array<float, 3>{1.0f, not_a_number, 2.0f}));
        CHECK(qz::calculate_qparams(o, s).status == qz::qparams_status::not_finite);
        qz::observe(o, s, view(small));  // NaN stays
        CHECK(qz::calculate_qparams(o, s).status == qz::qparams_status::not_finite);
    }
    const qz::qparams wide = calibrated(qz::min_max_observer(), view(std::array<float, 2>{-3e38f, 3e38f}));
    CHECK(wide.status == qz::qparams_status::not_finite);
    CHECK_THROWS_AS(calibrated(qz::histogram_observer(), view(std::array<float, 2>{-3e38f, 3e38f})), qz::error);
}

TEST_CASE("a scale that underflows has a status of its own", "[calibrate]") {
    const std::array<float, 2> tiny{0.0f, 1e-37f};
    CHECK(calibrated(qz::min_max_observer(), view(tiny)).ok());  // eps holds the scale up
    const auto o = qz::min_max_observer().eps(1e-44);
    if (subnormals_are_kept()) {  // otherwise 1e-44 is refused as zero
        CHECK(calibrated(o, view(tiny)).status == qz::qparams_status::scale_underflow);
        CHECK(calibrated(qz::fixed_qparams_observer(1e-40, 0), view(tiny)).status ==
              qz::qparams_status::scale_underflow);
    }
    CHECK(message_of([] {
              qz::observer_state s;
              s.min = {0.0f, 2.0f};
              s.max = {1.0f, 1.0f};
              (void)qz::require_qparams(qz::per_channel_min_max_observer(), s, "conv.weight");
          }) ==
          "conv.weight: PerChannelMinMaxObserver: the recorded minimum is above the maximum in channel 1 "
          "(min 2.000000, max 1.000000, scale 0.003922)");
}

TEST_CASE("configurations are checked, and know the attributes of their objects", "[calibrate]") {
    using fault = qz::observer_fault;
    const auto m = qz::min_max_observer();
    CHECK(qz::check_observer({}) == fault::no_class);
    CHECK(qz::check_observer(m.quant_range(1, 5)) == fault::range_without_zero);
    CHECK(qz::check_observer(m.quant_range(0, 0)) == fault::range_empty);
    CHECK(qz::check_observer(m.dtype(qz::qint8).quant_range(-128, 128)) == fault::range_too_long);
    CHECK(qz::check_observer(m.qscheme(qz::per_channel_affine)) == fault::scheme_not_supported);
    CHECK(qz::check_observer(qz::per_channel_min_max_observer().qscheme(qz::per_tensor_affine)) ==
          fault::scheme_not_supported);
    CHECK(qz::check_observer(m.qscheme(qz::per_tensor_symmetric).reduce_range(true)) ==
          fault::reduced_symmetric_quint8);
    CHECK(qz::check_observer(m.eps(0.0)) == fault::eps_not_positive);
    CHECK(qz::check_observer(qz::histogram_observer().is_dynamic(true)) == fault::dynamic_not_supported);
    CHECK(qz::check_observer(qz::moving_average_min_max_observer().is_dynamic(true)) == fault::dynamic_not_supported);
    CHECK(qz::check_observer(qz::moving_average_min_max_observer().is_dynamic(true).averaging_constant(1.0)) ==
          fault::none);
    CHECK(qz::check_observer(qz::histogram_observer().bins(0)) == fault::bins_not_positive);
    CHECK(qz::check_observer(qz::fixed_qparams_observer(0.0, 0)) == fault::scale_not_positive);

    CHECK(qz::effective_quant_range(m.quant_range(0, 255).reduce_range(true)) == qz::code_range{0, 127});
    CHECK(qz::effective_quant_range(m.dtype(qz::qint8).quant_range(-127, 127).reduce_range(true)) ==
          qz::code_range{-64, 63});
    CHECK(qz::effective_quant_range(m.dtype(qz::quint4x2)) == qz::code_range{0, 15});
    CHECK(!qz::eps_of(qz::fixed_qparams_observer(0.5, 0)));
    CHECK(*qz::quant_range_of(qz::fixed_qparams_observer(0.5, 0)) == qz::code_range{0, 255});
    CHECK(!qz::quant_range_of(qz::placeholder_observer()));
    CHECK(!qz::quant_range_of(qz::noop_observer()));
    CHECK(*qz::eps_of(m) == 0x1p-23f);
    // Given with its default value is not the same as not given; the order does not count.
    CHECK(!(m == m.dtype(qz::quint8)));
    CHECK(m.dtype(qz::qint8).bins(3) == m.bins(3).dtype(qz::qint8));
}
