// SPDX-License-Identifier: BSL-1.0
// Fake-quantizes as PyTorch 1.13 prints them: print(default_fused_act_fake_quant()) and so on, fresh and after tensors.
#include <quantype/qconfig/qat_qconfig.hpp>
#include <quantype/report/module_text.hpp>

#include "support/catch.hpp"

namespace qz = quantype;

namespace {

std::string text_of(const qz::observer_config& o, const qz::fake_quantize_state& s) {
    const auto seen = s.observer.observed() ? qz::report::observed_range{s.observer.min, s.observer.max}
                                            : qz::report::observed_range{};
    return qz::report::detail::fake_quantize_text(o, s, qz::report::detail::observer_text(o, seen));
}

/// A state that saw (first + i) / 16 for i = 0, 1 ... in `rows` rows of two.
qz::fake_quantize_state after(const qz::observer_config& o, int rows, int first) {
    qz::tensor<float> x(qz::shape(rows, 2)), y(x.extents);
    for (std::size_t i = 0; i < x.data.size(); ++i) x.data[i] = static_cast<float>(first + static_cast<int>(i)) / 16.0f;
    qz::fake_quantize_state s(o);
    qz::fake_quantize(o, s, x.view(), y.view());
    return s;
}

}  // namespace

TEST_CASE("fresh fake-quantizes are printed as PyTorch prints them", "[report]") {
    const auto fresh = [](const qz::observer_config& o) { return text_of(o, qz::fake_quantize_state(o)); };
    CHECK(fresh(qz::default_fake_quant) == R"(FakeQuantize(
  fake_quant_enabled=tensor([1], dtype=torch.uint8), observer_enabled=tensor([1], dtype=torch.uint8), quant_min=0, quant_max=127, dtype=torch.quint8, qscheme=torch.per_tensor_affine, ch_axis=-1, scale=tensor([1.]), zero_point=tensor([0], dtype=torch.int32)
  (activation_post_process): MovingAverageMinMaxObserver(min_val=inf, max_val=-inf)
))");
    CHECK(fresh(qz::default_fused_act_fake_quant) == R"(FusedMovingAvgObsFakeQuantize(
  fake_quant_enabled=tensor([1]), observer_enabled=tensor([1]), scale=tensor([1.]), zero_point=tensor([0], dtype=torch.int32), dtype=torch.quint8, quant_min=0, quant_max=255, qscheme=torch.per_tensor_affine, reduce_range=False
  (activation_post_process): MovingAverageMinMaxObserver(min_val=inf, max_val=-inf)
))");
    CHECK(fresh(qz::default_fixed_qparams_range_0to1_fake_quant) == R"(FixedQParamsFakeQuantize(
  fake_quant_enabled=tensor([1], dtype=torch.uint8), observer_enabled=tensor([1], dtype=torch.uint8), scale=tensor([0.0039]), zero_point=tensor([0], dtype=torch.int32), dtype=torch.quint8, quant_min=0, quant_max=255, qscheme=torch.per_tensor_affine
  (activation_post_process): FixedQParamsObserver()
))");
}

TEST_CASE("fake-quantizes per channel are printed as PyTorch prints them", "[report]") {
    CHECK(text_of(qz::default_per_channel_weight_fake_quant, after(qz::default_per_channel_weight_fake_quant, 13, 1)) ==
          R"(FakeQuantize(
  fake_quant_enabled=tensor([1], dtype=torch.uint8), observer_enabled=tensor([1], dtype=torch.uint8), quant_min=-128, quant_max=127, dtype=torch.qint8, qscheme=torch.per_channel_symmetric, ch_axis=0, scale=tensor([0.0010, 0.0020, 0.0029, 0.0039, 0.0049, 0.0059, 0.0069, 0.0078, 0.0088,
          0.0098, 0.0108, 0.0118, 0.0127]), zero_point=tensor([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], dtype=torch.int32)
  (activation_post_process): MovingAveragePerChannelMinMaxObserver(
    min_val=tensor([0.0625, 0.1875, 0.3125, 0.4375, 0.5625, 0.6875, 0.8125, 0.9375, 1.0625,
            1.1875, 1.3125, 1.4375, 1.5625]), max_val=tensor([0.1250, 0.2500, 0.3750, 0.5000, 0.6250, 0.7500, 0.8750, 1.0000, 1.1250,
            1.2500, 1.3750, 1.5000, 1.6250])
  )
))");
    const qz::observer_config o = qz::fake_quantize(qz::moving_average_per_channel_min_max_observer())
                                      .quant_range(0, 255)
                                      .dtype(qz::quint8)
                                      .qscheme(qz::per_channel_affine);
    qz::fake_quantize_state s = after(o, 30, -30);
    s.disable_observer();
    CHECK(text_of(o, s) == R"(FakeQuantize(
  fake_quant_enabled=tensor([1], dtype=torch.uint8), observer_enabled=tensor([0], dtype=torch.uint8), quant_min=0, quant_max=255, dtype=torch.quint8, qscheme=torch.per_channel_affine, ch_axis=0, scale=tensor([0.0074, 0.0069, 0.0064, 0.0059, 0.0054, 0.0049, 0.0044, 0.0039, 0.0034,
          0.0029, 0.0025, 0.0020, 0.0015, 0.0010, 0.0005, 0.0002, 0.0007, 0.0012,
          0.0017, 0.0022, 0.0027, 0.0032, 0.0037, 0.0042, 0.0047, 0.0051, 0.0056,
          0.0061, 0.0066, 0.0071]), zero_point=tensor([255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
          255,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,
            0,   0], dtype=torch.int32)
  (activation_post_process): MovingAveragePerChannelMinMaxObserver(
    min_val=tensor([-1.8750, -1.7500, -1.6250, -1.5000, -1.3750, -1.2500, -1.1250, -1.0000,
            -0.8750, -0.7500, -0.6250, -0.5000, -0.3750, -0.2500, -0.1250,  0.0000,
             0.1250,  0.2500,  0.3750,  0.5000,  0.6250,  0.7500,  0.8750,  1.0000,
             1.1250,  1.2500,  1.3750,  1.5000,  1.6250,  1.7500]), max_val=tensor([-1.8125, -1.6875, -1.5625, -1.4375, -1.3125, -1.1875, -1.0625, -0.9375,
            -0.8125, -0.6875, -0.5625, -0.4375, -0.3125, -0.1875, -0.0625,  0.0625,
             0.1875,  0.3125,  0.4375,  0.5625,  0.6875,  0.8125,  0.9375,  1.0625,
             1.1875,  1.3125,  1.4375,  1.5625,  1.6875,  1.8125])
  )
))");
}
