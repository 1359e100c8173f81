// SPDX-License-Identifier: BSL-1.0
// The built-in observer classes and the functions that start a configuration of each.
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

}  // namespace observers

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

QUANTYPE_END_NAMESPACE
