// SPDX-License-Identifier: BSL-1.0
// QConfig: the observer of an op's activations and the observer of its weight; and PyTorch's named QConfigs.
#pragma once
#include <quantype/qconfig/observer.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// `activation` serves both the inputs and the output of an op.
struct qconfig {
    observer_config activation{};
    observer_config weight{};
    constexpr bool operator==(const qconfig&) const = default;
};

inline constexpr observer_config default_observer = min_max_observer().quant_range(0, 127);
inline constexpr observer_config default_weight_observer =
    min_max_observer().dtype(qint8).qscheme(per_tensor_symmetric);
inline constexpr observer_config default_per_channel_weight_observer =
    per_channel_min_max_observer().dtype(qint8).qscheme(per_channel_symmetric);
inline constexpr observer_config weight_observer_range_neg_127_to_127 =
    min_max_observer().dtype(qint8).qscheme(per_tensor_symmetric).quant_range(-127, 127).eps(0x1p-12);
inline constexpr observer_config per_channel_weight_observer_range_neg_127_to_127 =
    per_channel_min_max_observer().dtype(qint8).qscheme(per_channel_symmetric).quant_range(-127, 127).eps(0x1p-12);
inline constexpr observer_config default_histogram_observer = histogram_observer().quant_range(0, 127);
inline constexpr observer_config default_placeholder_observer = placeholder_observer();
inline constexpr observer_config default_dynamic_quant_observer =
    placeholder_observer(quint8).quant_range(0, 255).is_dynamic(true);
inline constexpr observer_config default_fixed_qparams_range_0to1_observer =
    fixed_qparams_observer(1.0 / 256.0, 0);
inline constexpr observer_config default_fixed_qparams_range_neg1to1_observer =
    fixed_qparams_observer(2.0 / 256.0, 128);

inline constexpr qconfig default_qconfig{default_observer, default_weight_observer};
inline constexpr qconfig default_per_channel_qconfig{default_observer, default_per_channel_weight_observer};
inline constexpr qconfig default_dynamic_qconfig{default_dynamic_quant_observer, default_weight_observer};
inline constexpr qconfig float16_static_qconfig{placeholder_observer(float16), placeholder_observer(float16)};
inline constexpr qconfig float16_dynamic_qconfig{placeholder_observer(float16).is_dynamic(true),
                                                 placeholder_observer(float16)};
inline constexpr qconfig default_reuse_input_qconfig{reuse_input_observer(), noop_observer()};
inline constexpr qconfig default_symmetric_qnnpack_qconfig{
    histogram_observer().dtype(qint8).eps(0x1p-12), weight_observer_range_neg_127_to_127};

/// Activations as qnnpack's default (histogram, 0..255) with a per-tensor symmetric weight.
inline constexpr qconfig default_qnnpack_qconfig{histogram_observer(), default_weight_observer};
/// x86 and fbgemm: activations reduced to 0..127, per-channel weights.
inline constexpr qconfig default_x86_qconfig{histogram_observer().reduce_range(true),
                                             default_per_channel_weight_observer};
/// onednn: activations 0..255, per-channel weights.
inline constexpr qconfig default_onednn_qconfig{histogram_observer(), default_per_channel_weight_observer};

QUANTYPE_END_NAMESPACE
