// SPDX-License-Identifier: BSL-1.0
// QConfigs as C++ source: `qz::default_per_channel_qconfig`, or an observer and its setters, in the order in which they
// were given.
#pragma once
#include <string>
#include <utility>

#include <quantype/host/error.hpp>
#include <quantype/host/qconfig_text.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace report {

namespace detail {

#define QUANTYPE_DETAIL_NAMED(name) \
    std::pair { #name, name }
inline constexpr std::pair<const char*, qconfig> named_qconfigs[] = {
    QUANTYPE_DETAIL_NAMED(default_qconfig),
    QUANTYPE_DETAIL_NAMED(default_per_channel_qconfig),
    QUANTYPE_DETAIL_NAMED(default_dynamic_qconfig),
    QUANTYPE_DETAIL_NAMED(per_channel_dynamic_qconfig),
    QUANTYPE_DETAIL_NAMED(float16_dynamic_qconfig),
    QUANTYPE_DETAIL_NAMED(float16_static_qconfig),
    QUANTYPE_DETAIL_NAMED(float_qparams_weight_only_qconfig),
    QUANTYPE_DETAIL_NAMED(float_qparams_weight_only_qconfig_4bit),
    QUANTYPE_DETAIL_NAMED(default_reuse_input_qconfig),
    QUANTYPE_DETAIL_NAMED(default_symmetric_qnnpack_qconfig),
    QUANTYPE_DETAIL_NAMED(default_per_channel_symmetric_qnnpack_qconfig),
};
inline constexpr std::pair<const char*, observer_config> named_observers[] = {
    QUANTYPE_DETAIL_NAMED(default_observer),
    QUANTYPE_DETAIL_NAMED(default_dynamic_quant_observer),
    QUANTYPE_DETAIL_NAMED(default_weight_observer),
    QUANTYPE_DETAIL_NAMED(default_per_channel_weight_observer),
    QUANTYPE_DETAIL_NAMED(weight_observer_range_neg_127_to_127),
    QUANTYPE_DETAIL_NAMED(per_channel_weight_observer_range_neg_127_to_127),
};
#undef QUANTYPE_DETAIL_NAMED

inline std::string function_of(const observer_class* type) {
    const std::pair<const observer_class*, const char*> known[] = {
        {&observers::min_max, "min_max_observer"},
        {&observers::moving_average_min_max, "moving_average_min_max_observer"},
        {&observers::per_channel_min_max, "per_channel_min_max_observer"},
        {&observers::moving_average_per_channel_min_max, "moving_average_per_channel_min_max_observer"},
        {&observers::histogram, "histogram_observer"},
        {&observers::fixed_qparams, "fixed_qparams_observer"},
        {&observers::placeholder, "placeholder_observer"},
        {&observers::noop, "noop_observer"},
        {&observers::recording, "recording_observer"},
        {&observers::reuse_input, "reuse_input_observer"},
        {&observers::identity, "identity_observer"},
    };
    for (const auto& [have, name] : known)
        if (have == type) return name;
    raise("the observer " + std::string(type->name) + " is a class of your own: its C++ name is not known here");
}
inline std::string function_of(const fake_quantize_class* type) {
    if (type == &fake_quantizers::plain) return "fake_quantize";
    if (type == &fake_quantizers::fixed_qparams) return "fixed_qparams_fake_quantize";
    if (type == &fake_quantizers::fused_moving_average) return "fused_moving_avg_obs_fake_quantize";
    raise("the fake-quantize " + std::string(type->name) + " is a class of your own: its C++ name is not known here");
}

inline std::string value_source(const observer_arguments& v, observer_argument a) {
    switch (a) {
        case observer_argument::dtype: return "qz::" + std::string(quantype::name_of(v.dtype).substr(6));
        case observer_argument::qscheme: return "qz::" + std::string(quantype::name_of(v.qscheme).substr(6));
        case observer_argument::reduce_range: return v.reduce_range ? "true" : "false";
        case observer_argument::is_dynamic: return v.is_dynamic ? "true" : "false";
        default: return quantype::detail::qconfig_text::value_of(v, a);
    }
}
/// ".dtype(qz::qint8).eps(0.5)": the given arguments from `first` up to `last`, but for those of the constructor.
inline std::string setters(const observer_config& o, int first, int last) {
    const bool fixed = o.type == &observers::fixed_qparams;
    std::string text;
    for (int i = first; i < last; ++i) {
        const observer_argument a = o.given[i];
        if (fixed && (a == observer_argument::scale || a == observer_argument::zero_point)) continue;
        text += "." + std::string(quantype::detail::qconfig_text::name_of(a)) + "(" + value_source(o.args, a) + ")";
    }
    return text;
}

}  // namespace detail

/// An observer as C++, with `qz` for the namespace. Refuses a class of the user's own.
inline std::string source_of(const observer_config& o) {
    for (const auto& [name, have] : detail::named_observers)
        if (have == o) return "qz::" + std::string(name);
    const int inner = o.fake == nullptr ? o.given_count : o.given_to_observer;
    const bool fixed = o.type == &observers::fixed_qparams;
    const std::string start = fixed ? detail::value_source(o.args, observer_argument::scale) + ", " +
                                          detail::value_source(o.args, observer_argument::zero_point)
                                    : "";
    std::string observer = "qz::" + detail::function_of(o.type) + "(" + start + ")" + detail::setters(o, 0, inner);
    if (o.fake == nullptr) return observer;
    return "qz::" + detail::function_of(o.fake) + "(" + observer + ")" + detail::setters(o, inner, o.given_count);
}

/// A QConfig as C++.
inline std::string source_of(const qconfig& q) {
    for (const auto& [name, have] : detail::named_qconfigs)
        if (have == q) return "qz::" + std::string(name);
    return "qz::qconfig{" + source_of(q.activation) + ", " + source_of(q.weight) + "}";
}

}  // namespace report

QUANTYPE_END_NAMESPACE
