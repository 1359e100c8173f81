// SPDX-License-Identifier: BSL-1.0
// The built-in observer and fake-quantize classes and the functions that start a configuration of each.
#pragma once
#include <quantype/qconfig/observer.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace observers {

inline constexpr observer_class min_max{.name = "MinMaxObserver"};
inline constexpr observer_class moving_average_min_max{.name = "MovingAverageMinMaxObserver",
                                                       .rule = observer_rule::moving_average};
inline constexpr observer_class per_channel_min_max{
    .name = "PerChannelMinMaxObserver", .per_channel = true, .defaults = {.qscheme = qscheme::per_channel_affine}};
inline constexpr observer_class moving_average_per_channel_min_max{
    .name = "MovingAveragePerChannelMinMaxObserver",
    .rule = observer_rule::moving_average,
    .per_channel = true,
    .defaults = {.qscheme = qscheme::per_channel_affine}};
inline constexpr observer_class histogram{.name = "HistogramObserver", .rule = observer_rule::histogram};
inline constexpr observer_class fixed_qparams{
    .name = "FixedQParamsObserver",
    .rule = observer_rule::fixed,
    .has_eps = false,
    .defaults = {.quant_min = std::int64_t{0}, .quant_max = std::int64_t{255}}};
inline constexpr observer_class placeholder{
    .name = "PlaceholderObserver", .rule = observer_rule::placeholder, .defaults = {.dtype = dtype::float32}};
inline constexpr observer_class noop{.name = "NoopObserver",
                                     .rule = observer_rule::noop,
                                     .has_eps = false,
                                     .has_quant_range = false,
                                     .defaults = {.dtype = dtype::float16}};
inline constexpr observer_class recording{
    .name = "RecordingObserver", .rule = observer_rule::recording, .has_eps = false, .has_quant_range = false};
inline constexpr observer_class reuse_input{
    .name = "ReuseInputObserver", .rule = observer_rule::reuse_input, .has_eps = false, .has_quant_range = false};

/// torch.nn.Identity in a QConfig's place: observes nothing and has no dtype, so that no dtype config accepts it.
inline constexpr observer_class identity{.name = "Identity",
                                         .module = "torch.nn.modules.linear",
                                         .rule = observer_rule::noop,
                                         .has_eps = false,
                                         .has_quant_range = false,
                                         .defaults = {.dtype = dtype::none}};

}  // namespace observers

namespace fake_quantizers {

inline constexpr fake_quantize_class plain{.name = "FakeQuantize"};
inline constexpr fake_quantize_class fixed_qparams{.name = "FixedQParamsFakeQuantize",
                                                   .rule = fake_quantize_rule::fixed};
inline constexpr fake_quantize_class fused_moving_average{.name = "FusedMovingAvgObsFakeQuantize",
                                                          .rule = fake_quantize_rule::fused_moving_average,
                                                          .quant_min = std::int64_t{0},
                                                          .quant_max = std::int64_t{255}};

}  // namespace fake_quantizers

constexpr observer_config min_max_observer() { return observer_config(observers::min_max); }
constexpr observer_config moving_average_min_max_observer() {
    return observer_config(observers::moving_average_min_max);
}
constexpr observer_config per_channel_min_max_observer() { return observer_config(observers::per_channel_min_max); }
constexpr observer_config moving_average_per_channel_min_max_observer() {
    return observer_config(observers::moving_average_per_channel_min_max);
}
constexpr observer_config histogram_observer() { return observer_config(observers::histogram); }
/// Gives these qparams whatever it sees. dtype quint8 and range 0..255 unless set.
constexpr observer_config fixed_qparams_observer(double scale, std::int32_t zero_point) {
    return observer_config(observers::fixed_qparams).scale(scale).zero_point(zero_point);
}
/// Records a dtype only (float32): dynamic quantization, float16, "leave as float".
constexpr observer_config placeholder_observer() { return observer_config(observers::placeholder); }
constexpr observer_config placeholder_observer(dtype d) { return placeholder_observer().dtype(d); }
constexpr observer_config noop_observer() { return observer_config(observers::noop); }
constexpr observer_config recording_observer() { return observer_config(observers::recording); }
constexpr observer_config reuse_input_observer() { return observer_config(observers::reuse_input); }
constexpr observer_config identity_observer() { return observer_config(observers::identity); }

/// Fake-quantizes with what the observer, of any class that calculates qparams, finds.
constexpr observer_config fake_quantize(const observer_config& observer) {
    return observer.inside(fake_quantizers::plain);
}
/// Fake-quantizes with the scale and zero point of a fixed_qparams_observer.
constexpr observer_config fixed_qparams_fake_quantize(const observer_config& observer) {
    return observer.inside(fake_quantizers::fixed_qparams);
}
/// Moving average and fake-quantization in one, with range 0..255 unless set. Takes a moving-average observer, per
/// tensor or per channel.
constexpr observer_config fused_moving_avg_obs_fake_quantize(const observer_config& observer) {
    return observer.inside(fake_quantizers::fused_moving_average);
}

QUANTYPE_END_NAMESPACE
