// SPDX-License-Identifier: BSL-1.0
// Facts about an observer configuration: the quant range in effect, the attributes its object has, and whether its
// arguments make sense.
#pragma once
#include <quantype/qconfig/observer.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// True when PyTorch's objects would be of one class: that of the fake-quantize, else that of the observer.
constexpr bool same_class(const observer_config& a, const observer_config& b) {
    return a.fake == b.fake && (a.fake != nullptr || a.type == b.type);
}

/// True when both ends of the quant range were set.
constexpr bool has_customized_range(const observer_config& o) { return o.args.quant_min && o.args.quant_max; }

/// The quant range in effect: the custom one (both ends halved, rounding down, when reduce_range is set), else by
/// dtype: qint8 -128..127 (-64..63), quint8 0..255 (0..127), full range for qint32, int16, uint16, else 0..15.
constexpr code_range effective_quant_range(const observer_config& o) {
    const auto halved = [&](std::int64_t x) { return o.args.reduce_range ? (x - (x & 1)) / 2 : x; };
    if (has_customized_range(o)) {
        if (o.type != nullptr && o.type->rule == observer_rule::fixed) return {*o.args.quant_min, *o.args.quant_max};
        return {halved(*o.args.quant_min), halved(*o.args.quant_max)};
    }
    const code_range full = codes_of(o.args.dtype);
    switch (o.args.dtype) {
        case dtype::qint8:
        case dtype::int8:
        case dtype::quint8:
        case dtype::uint8: return {halved(full.min), halved(full.max)};
        case dtype::qint32:
        case dtype::int32:
        case dtype::int16:
        case dtype::uint16: return full;
        default: return {0, 15};
    }
}

/// The attributes quant_min and quant_max of the observer object, or nothing where it has none (a placeholder has them
/// when they were given).
constexpr maybe<code_range> quant_range_of(const observer_config& o) {
    if (o.type == nullptr || !o.type->has_quant_range) return {};
    if (o.type->rule != observer_rule::placeholder) return effective_quant_range(o);
    if (!has_customized_range(o)) return {};
    return code_range{*o.args.quant_min, *o.args.quant_max};
}

/// The attribute eps (the smallest scale the observer can give), or nothing where the object has none.
constexpr maybe<float> eps_of(const observer_config& o) {
    if (o.type == nullptr || !o.type->has_eps) return {};
    return o.args.eps;
}

/// True when scale and zero point come from what was observed or are given; false for placeholder, noop, recording and
/// reuse-input, which have none.
constexpr bool calculates_qparams(const observer_config& o) {
    if (o.type == nullptr) return false;
    if (o.type->calculate != nullptr) return true;
    const observer_rule r = o.type->rule;
    return r == observer_rule::min_max || r == observer_rule::moving_average || r == observer_rule::histogram ||
           r == observer_rule::fixed;
}

enum class observer_fault : std::uint8_t {
    none,
    no_class,
    range_without_zero,        ///< quant_min <= 0 <= quant_max does not hold
    range_empty,               ///< quant_min < quant_max does not hold
    range_too_long,            ///< more than 256 codes for qint8
    reduced_symmetric_quint8,  ///< reduce_range with a symmetric scheme for quint8
    scheme_not_supported,      ///< per-channel scheme on a per-tensor observer or the reverse
    dynamic_not_supported,     ///< is_dynamic on an observer that needs calibration
    eps_not_positive,
    averaging_constant_out_of_range,  ///< outside 0..1
    bins_not_positive,
    scale_not_positive,           ///< fixed qparams
    fake_quantize_not_supported,  ///< the fake-quantize class does not take this observer
};

constexpr std::string_view text_of(observer_fault f) {
    switch (f) {
        case observer_fault::none: return "no fault";
        case observer_fault::no_class: return "no observer class given";
        case observer_fault::range_without_zero: return "the quant range must hold 0: quant_min <= 0 <= quant_max";
        case observer_fault::range_empty: return "quant_min must be less than quant_max";
        case observer_fault::range_too_long: return "a quant range for qint8 may hold at most 256 codes";
        case observer_fault::reduced_symmetric_quint8:
            return "cannot reduce the range for symmetric quantization to quint8";
        case observer_fault::scheme_not_supported: return "the observer does not support this qscheme";
        case observer_fault::dynamic_not_supported: return "the observer does not support dynamic quantization";
        case observer_fault::eps_not_positive: return "eps must be greater than 0";
        case observer_fault::averaging_constant_out_of_range: return "averaging_constant must lie in 0..1";
        case observer_fault::bins_not_positive: return "bins must be at least 1";
        case observer_fault::scale_not_positive: return "a fixed scale must be greater than 0";
        case observer_fault::fake_quantize_not_supported: return "the fake-quantize does not support this observer";
    }
    return "?";
}

namespace detail {

constexpr observer_fault range_fault(const observer_config& o) {
    if (!has_customized_range(o)) return observer_fault::none;
    const std::int64_t lowest = *o.args.quant_min, highest = *o.args.quant_max;
    if (lowest > 0 || highest < 0) return observer_fault::range_without_zero;
    if (lowest >= highest) return observer_fault::range_empty;
    if (o.args.dtype == dtype::qint8 && highest - lowest + 1 > 256) return observer_fault::range_too_long;
    return observer_fault::none;
}

constexpr observer_fault dynamic_fault(const observer_config& o) {
    if (!o.args.is_dynamic) return observer_fault::none;
    const bool averages = o.type->rule == observer_rule::moving_average;
    const bool refused = o.type->rule == observer_rule::histogram || o.type->per_channel ||
                         (averages && o.args.averaging_constant != 1.0f);
    return refused ? observer_fault::dynamic_not_supported : observer_fault::none;
}

constexpr observer_fault fake_quantize_fault(const observer_config& o) {
    if (o.fake == nullptr) return observer_fault::none;
    const observer_rule inner = o.type->rule;
    bool taken = calculates_qparams(o);
    if (o.fake->rule == fake_quantize_rule::fixed) taken = inner == observer_rule::fixed;
    if (o.fake->rule == fake_quantize_rule::fused_moving_average) taken = inner == observer_rule::moving_average;
    return taken ? observer_fault::none : observer_fault::fake_quantize_not_supported;
}

}  // namespace detail

/// Whether the observer can be built: the first fault found, or none.
constexpr observer_fault check_observer(const observer_config& o) {
    if (o.type == nullptr) return observer_fault::no_class;
    if (const observer_fault f = detail::fake_quantize_fault(o); f != observer_fault::none) return f;
    const observer_rule rule = o.type->rule;
    if (rule == observer_rule::fixed) {
        if (!(o.args.scale > 0.0f)) return observer_fault::scale_not_positive;
        return detail::range_fault(o);
    }
    if (!calculates_qparams(o)) return observer_fault::none;
    if (const observer_fault f = detail::range_fault(o); f != observer_fault::none) return f;
    if (is_per_channel(o.args.qscheme) != o.type->per_channel) return observer_fault::scheme_not_supported;
    if (is_symmetric(o.args.qscheme) && o.args.dtype == dtype::quint8 && o.args.reduce_range)
        return observer_fault::reduced_symmetric_quint8;
    if (!(o.args.eps > 0.0f)) return observer_fault::eps_not_positive;
    if (!(o.args.averaging_constant >= 0.0f && o.args.averaging_constant <= 1.0f))
        return observer_fault::averaging_constant_out_of_range;
    if (o.args.bins < 1) return observer_fault::bins_not_positive;
    return detail::dynamic_fault(o);
}

QUANTYPE_END_NAMESPACE
