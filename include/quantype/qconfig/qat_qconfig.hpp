// SPDX-License-Identifier: BSL-1.0
// QConfigs for quantization-aware training: a fake-quantize where calibration has an observer; PyTorch's named ones.
#pragma once
#include <quantype/qconfig/qconfig.hpp>

QUANTYPE_BEGIN_NAMESPACE

// Fake-quantizes under PyTorch's names.
inline constexpr observer_config default_fake_quant = fake_quantize(moving_average_min_max_observer())
                                                          .quant_range(0, 255)
                                                          .dtype(dtype::quint8)
                                                          .qscheme(qscheme::per_tensor_affine)
                                                          .reduce_range(true);
inline constexpr observer_config default_weight_fake_quant = fake_quantize(moving_average_min_max_observer())
                                                                 .quant_range(-128, 127)
                                                                 .dtype(dtype::qint8)
                                                                 .qscheme(qscheme::per_tensor_symmetric)
                                                                 .reduce_range(false);
inline constexpr observer_config default_per_channel_weight_fake_quant =
    fake_quantize(moving_average_per_channel_min_max_observer())
        .quant_range(-128, 127)
        .dtype(dtype::qint8)
        .qscheme(qscheme::per_channel_symmetric)
        .reduce_range(false)
        .ch_axis(0);
/// The range of each tensor alone: the averaging constant is 1.
inline constexpr observer_config default_dynamic_fake_quant = fake_quantize(moving_average_min_max_observer())
                                                                  .quant_range(0, 255)
                                                                  .is_dynamic(true)
                                                                  .dtype(dtype::quint8)
                                                                  .averaging_constant(1);
inline constexpr observer_config default_fixed_qparams_range_0to1_fake_quant =
    fixed_qparams_fake_quantize(default_fixed_qparams_range_0to1_observer);
inline constexpr observer_config default_fixed_qparams_range_neg1to1_fake_quant =
    fixed_qparams_fake_quantize(default_fixed_qparams_range_neg1to1_observer);
inline constexpr observer_config default_embedding_fake_quant =
    fake_quantize(moving_average_per_channel_min_max_observer())
        .qscheme(qscheme::per_channel_affine_float_qparams)
        .dtype(dtype::quint8)
        .quant_range(0, 255)
        .ch_axis(0)
        .averaging_constant(1);
inline constexpr observer_config default_embedding_fake_quant_4bit =
    fake_quantize(moving_average_per_channel_min_max_observer())
        .qscheme(qscheme::per_channel_affine_float_qparams)
        .ch_axis(0)
        .dtype(dtype::quint4x2)
        .averaging_constant(1);
inline constexpr observer_config default_fused_act_fake_quant =
    fused_moving_avg_obs_fake_quantize(moving_average_min_max_observer()).quant_range(0, 255).dtype(dtype::quint8);
inline constexpr observer_config default_fused_wt_fake_quant =
    fused_moving_avg_obs_fake_quantize(moving_average_min_max_observer())
        .quant_range(-128, 127)
        .dtype(dtype::qint8)
        .qscheme(qscheme::per_tensor_symmetric);
inline constexpr observer_config default_fused_per_channel_wt_fake_quant =
    fused_moving_avg_obs_fake_quantize(moving_average_per_channel_min_max_observer())
        .quant_range(-128, 127)
        .dtype(dtype::qint8)
        .qscheme(qscheme::per_channel_symmetric);
inline constexpr observer_config fused_wt_fake_quant_range_neg_127_to_127 =
    fused_moving_avg_obs_fake_quantize(moving_average_min_max_observer())
        .quant_range(-127, 127)
        .dtype(dtype::qint8)
        .qscheme(qscheme::per_tensor_symmetric)
        .eps(0x1p-12);
inline constexpr observer_config fused_per_channel_wt_fake_quant_range_neg_127_to_127 =
    fused_moving_avg_obs_fake_quantize(moving_average_per_channel_min_max_observer())
        .quant_range(-127, 127)
        .dtype(dtype::qint8)
        .qscheme(qscheme::per_channel_symmetric)
        .eps(0x1p-12);

// QConfigs under PyTorch's names.
inline constexpr qconfig default_qat_qconfig{default_fake_quant, default_weight_fake_quant};
inline constexpr qconfig default_dynamic_qat_qconfig{default_dynamic_fake_quant, default_weight_fake_quant};
inline constexpr qconfig default_weight_only_qconfig{identity_observer(), default_weight_fake_quant};
inline constexpr qconfig default_activation_only_qconfig{default_fake_quant, identity_observer()};
inline constexpr qconfig default_qat_qconfig_v2{default_fused_act_fake_quant, default_fused_wt_fake_quant};
inline constexpr qconfig default_embedding_qat_qconfig{noop_observer().dtype(dtype::float32),
                                                       default_embedding_fake_quant};
inline constexpr qconfig default_embedding_qat_qconfig_4bit{noop_observer().dtype(dtype::float32),
                                                            default_embedding_fake_quant_4bit};
inline constexpr observer_config default_symmetric_qnnpack_fake_quant =
    fused_moving_avg_obs_fake_quantize(moving_average_min_max_observer())
        .quant_range(-128, 127)
        .dtype(dtype::qint8)
        .reduce_range(false)
        .eps(0x1p-12);
inline constexpr qconfig default_symmetric_qnnpack_qat_qconfig{default_symmetric_qnnpack_fake_quant,
                                                               fused_wt_fake_quant_range_neg_127_to_127};
inline constexpr qconfig default_per_channel_symmetric_qnnpack_qat_qconfig{
    default_symmetric_qnnpack_fake_quant, fused_per_channel_wt_fake_quant_range_neg_127_to_127};

namespace detail {

// Activations of the default QAT QConfigs: 0..255, which reduce_range makes 0..127.
inline constexpr observer_config fused_activation =
    fused_moving_avg_obs_fake_quantize(moving_average_min_max_observer()).quant_range(0, 255);
inline constexpr observer_config plain_activation =
    fake_quantize(moving_average_min_max_observer()).quant_range(0, 255);

}  // namespace detail

/// get_default_qat_qconfig("x86") and so on, version 1: moving average and fake-quantization in one.
inline constexpr qconfig default_qat_x86_qconfig{detail::fused_activation.reduce_range(true),
                                                 default_fused_per_channel_wt_fake_quant};
inline constexpr qconfig default_qat_fbgemm_qconfig = default_qat_x86_qconfig;
inline constexpr qconfig default_qat_qnnpack_qconfig{detail::fused_activation.reduce_range(false),
                                                     default_fused_wt_fake_quant};
inline constexpr qconfig default_qat_onednn_qconfig{detail::fused_activation, default_fused_per_channel_wt_fake_quant};

/// get_default_qat_qconfig("x86", version=0) and so on: plain fake-quantization.
inline constexpr qconfig default_qat_v0_x86_qconfig{detail::plain_activation.reduce_range(true),
                                                    default_per_channel_weight_fake_quant};
inline constexpr qconfig default_qat_v0_fbgemm_qconfig = default_qat_v0_x86_qconfig;
inline constexpr qconfig default_qat_v0_qnnpack_qconfig{detail::plain_activation.reduce_range(false),
                                                        default_weight_fake_quant};
inline constexpr qconfig default_qat_v0_onednn_qconfig{detail::plain_activation, default_per_channel_weight_fake_quant};

/// The fixed-qparams entries of the default mappings (training).
inline constexpr qconfig default_fixed_qparams_range_0to1_qat_qconfig{default_fixed_qparams_range_0to1_fake_quant,
                                                                      default_weight_fake_quant};
inline constexpr qconfig default_fixed_qparams_range_neg1to1_qat_qconfig{default_fixed_qparams_range_neg1to1_fake_quant,
                                                                         default_weight_fake_quant};

QUANTYPE_END_NAMESPACE
