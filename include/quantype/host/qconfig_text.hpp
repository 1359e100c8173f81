// SPDX-License-Identifier: BSL-1.0
// QConfigs and observer configurations in PyTorch's printed form, for reports and warnings.
#pragma once
#include <bit>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include <quantype/qconfig/qconfig.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail::qconfig_text {

/// A float as Python prints it: shortest digits that give the same float64, always with ".0" or an exponent.
inline std::string python_float(double x) {
    // By its bits: -ffast-math takes every number for finite.
    const auto bits = std::bit_cast<std::uint64_t>(x), magnitude = bits & 0x7fffffffffffffffU;
    if (magnitude > 0x7ff0000000000000U) return "nan";
    if (magnitude == 0x7ff0000000000000U) return bits == magnitude ? "inf" : "-inf";
    char digits[32];
    // Python switches to an exponent below 1e-4 and from 1e16 on.
    const double size = x < 0 ? -x : x;
    const bool exponent = size != 0.0 && (size < 1e-4 || size >= 1e16);
    const auto end = std::to_chars(digits, digits + sizeof digits, x,
                                   exponent ? std::chars_format::scientific : std::chars_format::fixed);
    std::string text(digits, end.ptr);
    if (!exponent && text.find('.') == std::string::npos) text += ".0";
    return text;
}

/// One float32 in PyTorch's tensor notation: four decimals, or four decimals and an exponent when the value is outside
/// 1e-4 .. 1e8; whole numbers as "2.".
inline std::string tensor_float(float x) {
    const double v = static_cast<double>(x), size = v < 0 ? -v : v;
    char digits[64];
    const bool whole = size <= 1e8 && v == static_cast<double>(static_cast<long long>(v));
    if (whole) return std::to_string(static_cast<long long>(v)) + ".";
    const bool exponent = size < 1e-4 || size > 1e8;
    const auto end = std::to_chars(digits, digits + sizeof digits, v,
                                   exponent ? std::chars_format::scientific : std::chars_format::fixed, 4);
    return std::string(digits, end.ptr);
}

inline std::string_view name_of(observer_argument a) {
    constexpr std::string_view names[observer_argument_count] = {
        "dtype",   "qscheme", "quant_min", "quant_max", "eps", "reduce_range", "is_dynamic", "averaging_constant",
        "ch_axis", "bins",    "scale",     "zero_point"};
    return names[static_cast<int>(a)];
}

/// The shortest decimal that is this float32: 0.01 and not 0.009999999776482582.
inline double as_written(float f) {
    char digits[32];
    double x = 0.0;
    const auto end = std::to_chars(digits, digits + sizeof digits, f);
    std::from_chars(digits, end.ptr, x);
    return static_cast<float>(x) == f ? x : static_cast<double>(f);
}

inline std::string value_of(const observer_arguments& v, observer_argument a) {
    const auto truth = [](bool b) { return std::string(b ? "True" : "False"); };
    switch (a) {
        case observer_argument::dtype: return std::string(quantype::name_of(v.dtype));
        case observer_argument::qscheme: return std::string(quantype::name_of(v.qscheme));
        case observer_argument::quant_min: return std::to_string(*v.quant_min);
        case observer_argument::quant_max: return std::to_string(*v.quant_max);
        case observer_argument::eps: return python_float(static_cast<double>(v.eps));
        case observer_argument::reduce_range: return truth(v.reduce_range);
        case observer_argument::is_dynamic: return truth(v.is_dynamic);
        case observer_argument::averaging_constant:
            return v.averaging_constant == 1.0f
                       ? "1"
                       : python_float(as_written(v.averaging_constant));  // PyTorch's own are integers
        case observer_argument::ch_axis: return std::to_string(v.ch_axis);
        case observer_argument::bins: return std::to_string(v.bins);
        case observer_argument::scale: return python_float(static_cast<double>(v.scale));
        case observer_argument::zero_point: return std::to_string(v.zero_point);
    }
    return "?";
}

}  // namespace detail::qconfig_text

/// What PyTorch adds to an observer's text once a QConfig is attached to a module: the argument that puts the observer
/// on the module's device. Its address is printed as "0x..".
inline constexpr std::string_view attached_arguments =
    "{'factory_kwargs': <function "
    "_add_module_to_qconfig_obs_ctr.<locals>.get_factory_kwargs_based_on_module_device at 0x..>}";

namespace detail::qconfig_text {

template <class Class>
std::string class_text(const Class& c) {
    return "<class '" + std::string(c.module) + "." + std::string(c.name) + "'>";
}

/// ", dtype=torch.quint8, eps=0.001": the given arguments from `first` up to `last`.
inline std::string arguments_text(const observer_config& o, int first, int last) {
    std::string text;
    for (int i = first; i < last; ++i)
        text += ", " + std::string(name_of(o.given[i])) + "=" + value_of(o.args, o.given[i]);
    return text;
}

}  // namespace detail::qconfig_text

/// "functools.partial(<class 'torch.ao.quantization.observer.MinMaxObserver'>, dtype=torch.quint8){}", or the class
/// alone when no argument was given; a fake-quantize names its observer as its first argument. `callable_arguments` is
/// "{}" or `attached_arguments`.
inline std::string to_string(const observer_config& o, std::string_view callable_arguments = "{}") {
    namespace text = detail::qconfig_text;
    if (o.type == nullptr) return "None";
    const auto bound = [](const std::string& name, const std::string& arguments, std::string_view callable) {
        if (arguments.empty() && callable == "{}") return name;
        return "functools.partial(" + name + arguments + ")" + std::string(callable);
    };
    const std::string type = text::class_text(*o.type);
    if (o.fake == nullptr) return bound(type, text::arguments_text(o, 0, o.given_count), callable_arguments);
    const std::string inner = bound(type, text::arguments_text(o, 0, o.given_to_observer), "{}");
    return bound(text::class_text(*o.fake),
                 ", observer=" + inner + text::arguments_text(o, o.given_to_observer, o.given_count),
                 callable_arguments);
}

/// "QConfig(activation=..., weight=...)".
inline std::string to_string(const qconfig& q, std::string_view callable_arguments = "{}") {
    return "QConfig(activation=" + to_string(q.activation, callable_arguments) +
           ", weight=" + to_string(q.weight, callable_arguments) + ")";
}

QUANTYPE_END_NAMESPACE
