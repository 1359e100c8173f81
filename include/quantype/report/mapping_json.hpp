// SPDX-License-Identifier: BSL-1.0
// A QConfig mapping as JSON, what PyTorch's QConfigMapping.to_dict() holds: tools/quantype_export makes the C++ of it
// again.
// Takes: a mapping. Gives: JSON with its members in PyTorch's order. Refuses nothing. A glob becomes the regular
// expression that matches the same paths.
#pragma once
#include <string>
#include <string_view>

#include <quantype/host/qconfig_text.hpp>
#include <quantype/io/json.hpp>
#include <quantype/qconfig/qconfig_mapping.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace report {

/// JSON whose members keep their order.
using ordered_json = nlohmann::ordered_json;

namespace detail {

inline ordered_json argument_json(const observer_arguments& a, observer_argument which) {
    switch (which) {
        case observer_argument::dtype: return quantype::name_of(a.dtype).substr(6);  // behind "torch."
        case observer_argument::qscheme: return quantype::name_of(a.qscheme).substr(6);
        case observer_argument::quant_min: return *a.quant_min;
        case observer_argument::quant_max: return *a.quant_max;
        case observer_argument::eps: return static_cast<double>(a.eps);
        case observer_argument::reduce_range: return a.reduce_range;
        case observer_argument::is_dynamic: return a.is_dynamic;
        case observer_argument::averaging_constant:
            return quantype::detail::qconfig_text::as_written(a.averaging_constant);
        case observer_argument::ch_axis: return a.ch_axis;
        case observer_argument::bins: return a.bins;
        case observer_argument::scale: return static_cast<double>(a.scale);
        case observer_argument::zero_point: return a.zero_point;
    }
    return nullptr;
}

/// "torch.ao.quantization.MinMaxObserver", without the module in between; torch.nn.Identity.
template <class Class>
std::string public_name(const Class& c) {
    const bool observer = c.module.substr(0, 21) == "torch.ao.quantization";
    return (observer ? "torch.ao.quantization." : "torch.nn.") + std::string(c.name);
}

/// In the order in which the arguments were given; a fake-quantize holds its observer.
inline ordered_json as_json(const observer_config& o) {
    ordered_json observer{{"class", public_name(*o.type)}};
    const auto put = [&](ordered_json& to, int i) {
        to[std::string(quantype::detail::qconfig_text::name_of(o.given[i]))] = argument_json(o.args, o.given[i]);
    };
    const int inner = o.fake == nullptr ? o.given_count : o.given_to_observer;
    for (int i = 0; i < inner; ++i) put(observer, i);
    if (o.fake == nullptr) return observer;
    ordered_json outer{{"class", public_name(*o.fake)}, {"observer", observer}};
    for (int i = inner; i < o.given_count; ++i) put(outer, i);
    return outer;
}

inline ordered_json as_json(const maybe<qconfig>& q) {
    if (!q) return nullptr;
    return {{"activation", as_json((*q).activation)}, {"weight", as_json((*q).weight)}};
}

/// The regular expression of a glob; it matches from the start, as in PyTorch, so only the end is anchored.
inline std::string regex_of_glob(std::string_view glob) {
    std::string r;
    for (const char c : glob) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        r += c == '*' ? ".*" : c == '?' ? "." : (plain ? "" : "\\") + std::string(1, c);
    }
    return r + "$";
}

}  // namespace detail

/// QConfigMapping.to_dict() of a mapping: "global", "object_type", and the other levels where the mapping has entries
/// of them. Each level is a list of its keys and a QConfig, null for no_qconfig.
inline ordered_json mapping_json(const mapping_view& m, std::string_view name) {
    using level = qconfig_rule::level_type;
    ordered_json r{{"name", name}, {"global", nullptr}, {"object_type", ordered_json::array()}};
    for (int i = 0; i < m.count; ++i) {
        const qconfig_rule& rule = m.rules[i];
        const ordered_json value = detail::as_json(rule.value);
        switch (rule.level) {
            case level::global: r["global"] = value; break;
            case level::object_type: r["object_type"].push_back({rule.op->name, value}); break;
            case level::module_name_pattern:
                r["module_name_regex"].push_back(
                    {rule.matches == &matches_glob ? detail::regex_of_glob(rule.key) : std::string(rule.key), value});
                break;
            case level::module_name: r["module_name"].push_back({rule.key, value}); break;
            case level::order:
                r["module_name_object_type_order"].push_back({rule.key, rule.op->name, rule.index, value});
                break;
        }
    }
    return r;
}
template <class Mapping>
ordered_json mapping_json(std::string_view name = "") {
    return mapping_json(view_of(Mapping::value), name);
}

}  // namespace report

QUANTYPE_END_NAMESPACE
