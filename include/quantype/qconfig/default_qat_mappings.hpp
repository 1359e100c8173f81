// SPDX-License-Identifier: BSL-1.0
// PyTorch's default QConfig mappings for quantization-aware training, version 1 (fused moving average) and version 0.
#pragma once
#include <quantype/qconfig/default_mappings.hpp>
#include <quantype/qconfig/qat_qconfig.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

constexpr auto default_qat_mapping(mapping_choices c) {
    c.fixed_0_to_1 = default_fixed_qparams_range_0to1_qat_qconfig;
    c.fixed_neg1_to_1 = default_fixed_qparams_range_neg1to1_qat_qconfig;
    return default_mapping(c);
}

/// For one engine: as the mappings for calibration, with a fake-quantized weight of transposed convolutions.
constexpr auto default_qat_mapping(const qconfig& everywhere, const observer_config& conv_transpose_weight) {
    return default_qat_mapping({.everywhere = everywhere,
                                .conv_transpose = {everywhere.activation, conv_transpose_weight},
                                .layer_norm = {everywhere.activation, default_placeholder_observer}});
}

}  // namespace detail

/// get_default_qat_qconfig_mapping("qnnpack"): quint8 activations 0..255, per-tensor weights.
struct default_qat_qnnpack_mapping {
    static constexpr auto value =
        detail::default_qat_mapping(default_qat_qnnpack_qconfig, default_qat_qnnpack_qconfig.weight);
};
/// get_default_qat_qconfig_mapping("x86"): quint8 activations 0..127, per-channel weights.
struct default_qat_x86_mapping {
    static constexpr auto value = detail::default_qat_mapping(default_qat_x86_qconfig, default_weight_fake_quant);
};
/// get_default_qat_qconfig_mapping("fbgemm"): as x86.
struct default_qat_fbgemm_mapping {
    static constexpr auto value = default_qat_x86_mapping::value;
};
/// get_default_qat_qconfig_mapping("onednn"): quint8 activations 0..255, per-channel weights.
struct default_qat_onednn_mapping {
    static constexpr auto value =
        detail::default_qat_mapping(default_qat_onednn_qconfig, default_qat_onednn_qconfig.weight);
};

/// The same with version=0.
struct default_qat_v0_qnnpack_mapping {
    static constexpr auto value =
        detail::default_qat_mapping(default_qat_v0_qnnpack_qconfig, default_qat_v0_qnnpack_qconfig.weight);
};
struct default_qat_v0_x86_mapping {
    static constexpr auto value = detail::default_qat_mapping(default_qat_v0_x86_qconfig, default_weight_fake_quant);
};
struct default_qat_v0_fbgemm_mapping {
    static constexpr auto value = default_qat_v0_x86_mapping::value;
};
struct default_qat_v0_onednn_mapping {
    static constexpr auto value =
        detail::default_qat_mapping(default_qat_v0_onednn_qconfig, default_qat_v0_onednn_qconfig.weight);
};

/// PyTorch's symmetric qnnpack mapping for training: qint8 activations, weights -127..127, smallest scale 2^-12.
struct symmetric_qnnpack_qat_mapping {
    static constexpr auto value = detail::default_qat_mapping({.everywhere = default_symmetric_qnnpack_qat_qconfig,
                                                               .reshape = default_symmetric_qnnpack_qat_qconfig,
                                                               .conv_transpose = default_symmetric_qnnpack_qat_qconfig,
                                                               .layer_norm = default_symmetric_qnnpack_qat_qconfig,
                                                               .prelu = default_symmetric_qnnpack_qat_qconfig});
};

QUANTYPE_END_NAMESPACE
