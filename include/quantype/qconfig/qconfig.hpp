// SPDX-License-Identifier: BSL-1.0
// QConfig: which observers watch the activations (input and output) and the weight of an op; PyTorch's named ones.
#pragma once
#include <quantype/qconfig/observer.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Two observer configurations. Equal when both are.
struct qconfig {
    observer_config activation{};
    observer_config weight{};
    constexpr bool operator==(const qconfig&) const = default;
};

// Observers under PyTorch's names.
inline constexpr observer_config default_observer = min_max_observer().quant_range(0, 127);
inline constexpr observer_config default_placeholder_observer = placeholder_observer();
inline constexpr observer_config default_histogram_observer = histogram_observer();
inline constexpr observer_config default_debug_observer = recording_observer();
inline constexpr observer_config default_reuse_input_observer = reuse_input_observer();
inline constexpr observer_config default_weight_observer =
    min_max_observer().dtype(dtype::qint8).qscheme(qscheme::per_tensor_symmetric);
inline constexpr observer_config default_per_channel_weight_observer =
    per_channel_min_max_observer().dtype(dtype::qint8).qscheme(qscheme::per_channel_symmetric);
inline constexpr observer_config default_dynamic_quant_observer =
    placeholder_observer().dtype(dtype::quint8).quant_range(0, 255).is_dynamic(true);
inline constexpr observer_config default_float_qparams_observer =
    per_channel_min_max_observer().dtype(dtype::quint8).qscheme(qscheme::per_channel_affine_float_qparams).ch_axis(0);
inline constexpr observer_config default_float_qparams_observer_4bit =
    per_channel_min_max_observer().dtype(dtype::quint4x2).qscheme(qscheme::per_channel_affine_float_qparams).ch_axis(0);
inline constexpr observer_config weight_observer_range_neg_127_to_127 =
    min_max_observer().dtype(dtype::qint8).qscheme(qscheme::per_tensor_symmetric).quant_range(-127, 127).eps(0x1p-12);
inline constexpr observer_config per_channel_weight_observer_range_neg_127_to_127 =
    per_channel_min_max_observer()
        .dtype(dtype::qint8)
        .qscheme(qscheme::per_channel_symmetric)
        .quant_range(-127, 127)
        .eps(0x1p-12);
/// Sigmoid, hardsigmoid, softmax: scale 1/256, zero point 0. Tanh: scale 2/256, zero point 128.
inline constexpr observer_config default_fixed_qparams_range_0to1_observer =
    fixed_qparams_observer(1.0 / 256.0, 0).dtype(dtype::quint8).quant_range(0, 255);
inline constexpr observer_config default_fixed_qparams_range_neg1to1_observer =
    fixed_qparams_observer(2.0 / 256.0, 128).dtype(dtype::quint8).quant_range(0, 255);

// QConfigs under PyTorch's names.
inline constexpr qconfig default_qconfig{default_observer, default_weight_observer};
inline constexpr qconfig default_debug_qconfig{default_debug_observer, default_weight_observer};
inline constexpr qconfig default_per_channel_qconfig{default_observer, default_per_channel_weight_observer};
inline constexpr qconfig default_dynamic_qconfig{default_dynamic_quant_observer, default_weight_observer};
inline constexpr qconfig per_channel_dynamic_qconfig{default_dynamic_quant_observer,
                                                     default_per_channel_weight_observer};
inline constexpr qconfig float16_dynamic_qconfig{placeholder_observer(dtype::float16).is_dynamic(true),
                                                 placeholder_observer(dtype::float16)};
inline constexpr qconfig float16_static_qconfig{placeholder_observer(dtype::float16),
                                                placeholder_observer(dtype::float16)};
inline constexpr qconfig float_qparams_weight_only_qconfig{default_placeholder_observer,
                                                           default_float_qparams_observer};
inline constexpr qconfig float_qparams_weight_only_qconfig_4bit{default_placeholder_observer,
                                                                default_float_qparams_observer_4bit};
inline constexpr qconfig default_quint8_weight_qconfig{histogram_observer(), min_max_observer()};
inline constexpr qconfig default_reuse_input_qconfig{default_reuse_input_observer, noop_observer()};
inline constexpr qconfig default_symmetric_qnnpack_qconfig{
    histogram_observer().dtype(dtype::qint8).reduce_range(false).eps(0x1p-12), weight_observer_range_neg_127_to_127};
inline constexpr qconfig default_per_channel_symmetric_qnnpack_qconfig{
    histogram_observer().dtype(dtype::qint8).reduce_range(false).eps(0x1p-12),
    per_channel_weight_observer_range_neg_127_to_127};

/// get_default_qconfig("qnnpack"), ("x86") and so on: the global entries of the default mappings.
inline constexpr qconfig default_qnnpack_qconfig{histogram_observer().reduce_range(false), default_weight_observer};
inline constexpr qconfig default_x86_qconfig{histogram_observer().reduce_range(true),
                                             default_per_channel_weight_observer};
inline constexpr qconfig default_fbgemm_qconfig = default_x86_qconfig;
inline constexpr qconfig default_onednn_qconfig{histogram_observer().reduce_range(false),
                                                default_per_channel_weight_observer};

/// The fixed-qparams entries of the default mappings (post-training).
inline constexpr qconfig default_fixed_qparams_range_0to1_qconfig{default_fixed_qparams_range_0to1_observer,
                                                                  default_weight_observer};
inline constexpr qconfig default_fixed_qparams_range_neg1to1_qconfig{default_fixed_qparams_range_neg1to1_observer,
                                                                     default_weight_observer};

QUANTYPE_END_NAMESPACE
