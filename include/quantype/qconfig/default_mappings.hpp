// SPDX-License-Identifier: BSL-1.0
// PyTorch's default QConfig mappings for post-training quantization, as the `Mapping` argument that passes take, and as
// values to extend: `default_qnnpack_mapping::value.set_module_name("head", no_qconfig)`.
#pragma once
#include <quantype/model/vocabulary/op_lists.hpp>
#include <quantype/qconfig/qconfig_mapping.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// A global QConfig, and one for each op of the lists added to it; room for all is made at once.
template <class... Ops, int N>
constexpr auto set_object_types(const qconfig_mapping<N>& mapping, vocabulary::ops<Ops...>, const maybe<qconfig>& q) {
    qconfig_mapping<N + static_cast<int>(sizeof...(Ops))> r;
    for (int i = 0; i < mapping.count; ++i) r.rules[i] = mapping.rules[i];
    r.count = mapping.count;
    for (op_id op : {id_of<class_of_t<Ops>>...}) {
        const qconfig_rule rule{qconfig_rule::level_type::object_type, op, {}, nullptr, 0, q};
        int at = 0;
        while (at < r.count && !r.rules[at].same_key(rule)) ++at;
        r.rules[at] = rule;
        if (at == r.count) ++r.count;
    }
    return r;
}

namespace detail {

/// The entries in which the default mappings differ.
struct mapping_choices {
    qconfig everywhere{};
    qconfig reshape = default_reuse_input_qconfig;
    qconfig conv_transpose{};
    qconfig layer_norm{};
    qconfig prelu = default_quint8_weight_qconfig;
    qconfig fixed_0_to_1 = default_fixed_qparams_range_0to1_qconfig;
    qconfig fixed_neg1_to_1 = default_fixed_qparams_range_neg1to1_qconfig;
};

constexpr auto default_mapping(const mapping_choices& c) {
    const auto m0 = qconfig_mapping().set_global(c.everywhere).set_object_type<method::reshape>(c.reshape);
    const auto m1 = set_object_types(m0, vocabulary::conv_transpose_ops{}, c.conv_transpose);
    const auto m2 = set_object_types(m1, vocabulary::layer_norm_ops{}, c.layer_norm);
    const auto m3 = set_object_types(m2, vocabulary::ops<nn::prelu<>>{}, c.prelu);
    const auto m4 = set_object_types(m3, vocabulary::ops_0_to_1{}, c.fixed_0_to_1);
    return set_object_types(m4, vocabulary::ops_neg1_to_1{}, c.fixed_neg1_to_1);
}

/// For one engine: transposed convolutions with the engine's weight observer or a per-tensor one, layer_norm with a
/// float weight.
constexpr auto default_mapping(const qconfig& everywhere, const observer_config& conv_transpose_weight) {
    return default_mapping({.everywhere = everywhere,
                            .conv_transpose = {everywhere.activation, conv_transpose_weight},
                            .layer_norm = {everywhere.activation, default_placeholder_observer}});
}

}  // namespace detail

/// get_default_qconfig_mapping("qnnpack"): quint8 activations 0..255, per-tensor weights.
struct default_qnnpack_mapping {
    static constexpr auto value = detail::default_mapping(default_qnnpack_qconfig, default_weight_observer);
};
/// get_default_qconfig_mapping("x86"): quint8 activations 0..127, per-channel weights.
struct default_x86_mapping {
    static constexpr auto value = detail::default_mapping(default_x86_qconfig, default_weight_observer);
};
/// get_default_qconfig_mapping("fbgemm"): as x86.
struct default_fbgemm_mapping {
    static constexpr auto value = detail::default_mapping(default_fbgemm_qconfig, default_weight_observer);
};
/// get_default_qconfig_mapping("onednn"): quint8 activations 0..255, per-channel weights.
struct default_onednn_mapping {
    static constexpr auto value = detail::default_mapping(default_onednn_qconfig, default_per_channel_weight_observer);
};
/// PyTorch's symmetric qnnpack mapping: qint8 activations, weights -127..127, smallest scale 2^-12.
struct symmetric_qnnpack_mapping {
    static constexpr auto value = detail::default_mapping({.everywhere = default_symmetric_qnnpack_qconfig,
                                                           .reshape = default_symmetric_qnnpack_qconfig,
                                                           .conv_transpose = default_symmetric_qnnpack_qconfig,
                                                           .layer_norm = default_symmetric_qnnpack_qconfig,
                                                           .prelu = default_symmetric_qnnpack_qconfig});
};

QUANTYPE_END_NAMESPACE
