// SPDX-License-Identifier: BSL-1.0
// Which observer, with which bound arguments: the constructors a QConfig holds. What observers do at run time is in
// calibrate/; this header is light, for whoever describes a model.
#pragma once
#include <limits>

#include <quantype/core/dtype.hpp>
#include <quantype/core/maybe.hpp>
#include <quantype/core/tensor_view.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// How scale and zero point follow from a range.
enum class qscheme : std::uint8_t {
    per_tensor_affine, per_tensor_symmetric, per_channel_affine, per_channel_symmetric,
    per_channel_affine_float_qparams,
};
inline constexpr qscheme per_tensor_affine = qscheme::per_tensor_affine;
inline constexpr qscheme per_tensor_symmetric = qscheme::per_tensor_symmetric;
inline constexpr qscheme per_channel_affine = qscheme::per_channel_affine;
inline constexpr qscheme per_channel_symmetric = qscheme::per_channel_symmetric;
inline constexpr qscheme per_channel_affine_float_qparams = qscheme::per_channel_affine_float_qparams;

constexpr bool is_symmetric(qscheme s) {
    return s == qscheme::per_tensor_symmetric || s == qscheme::per_channel_symmetric;
}
constexpr bool is_per_channel(qscheme s) {
    return s != qscheme::per_tensor_affine && s != qscheme::per_tensor_symmetric;
}
/// PyTorch's printed name.
constexpr std::string_view name_of(qscheme s) {
    switch (s) {
        case qscheme::per_tensor_affine: return "torch.per_tensor_affine";
        case qscheme::per_tensor_symmetric: return "torch.per_tensor_symmetric";
        case qscheme::per_channel_affine: return "torch.per_channel_affine";
        case qscheme::per_channel_symmetric: return "torch.per_channel_symmetric";
        case qscheme::per_channel_affine_float_qparams: return "torch.per_channel_affine_float_qparams";
    }
    return "?";
}

class observer_state;
struct qparams;

/// An observer class. The built-in ones are below; a user's own is a constexpr object of this type with the two
/// functions given, and its address is its identity.
struct observer_class {
    enum class kind_type : std::uint8_t {
        min_max, moving_average_min_max, per_channel_min_max, moving_average_per_channel_min_max, histogram,
        fixed_qparams, placeholder, noop, recording, reuse_input, custom,
    };
    std::string_view name{};  ///< as PyTorch prints it: "MinMaxObserver"
    kind_type kind = kind_type::custom;
    bool has_range = true;    ///< has quant_min and quant_max attributes
    bool has_eps = true;      ///< has an eps attribute
    void (*observe)(observer_state&, tensor_view<const float>) = nullptr;        ///< custom only
    qparams (*calculate_qparams)(const observer_state&) = nullptr;               ///< custom only
};

inline constexpr observer_class min_max_observer_class{"MinMaxObserver", observer_class::kind_type::min_max};
inline constexpr observer_class moving_average_min_max_observer_class{
    "MovingAverageMinMaxObserver", observer_class::kind_type::moving_average_min_max};
inline constexpr observer_class per_channel_min_max_observer_class{"PerChannelMinMaxObserver",
                                                                   observer_class::kind_type::per_channel_min_max};
inline constexpr observer_class moving_average_per_channel_min_max_observer_class{
    "MovingAveragePerChannelMinMaxObserver", observer_class::kind_type::moving_average_per_channel_min_max};
inline constexpr observer_class histogram_observer_class{"HistogramObserver", observer_class::kind_type::histogram};
inline constexpr observer_class fixed_qparams_observer_class{
    "FixedQParamsObserver", observer_class::kind_type::fixed_qparams, true, false};
inline constexpr observer_class placeholder_observer_class{"PlaceholderObserver",
                                                           observer_class::kind_type::placeholder};
inline constexpr observer_class noop_observer_class{"NoopObserver", observer_class::kind_type::noop, false, false};
inline constexpr observer_class recording_observer_class{"RecordingObserver", observer_class::kind_type::recording,
                                                         false, false};
inline constexpr observer_class reuse_input_observer_class{"ReuseInputObserver",
                                                           observer_class::kind_type::reuse_input, false, false};

/// Smallest scale an observer gives unless told otherwise: float32's epsilon.
inline constexpr float default_eps = 0x1p-23f;

/// An observer class with its arguments bound (PyTorch's `MinMaxObserver.with_args(...)`). Every setter returns a copy.
struct observer_config {
    const observer_class* type = &noop_observer_class;
    quantype::dtype code_type = quantype::dtype::quint8;
    quantype::qscheme scheme = quantype::qscheme::per_tensor_affine;
    maybe<int> quant_min{};
    maybe<int> quant_max{};
    maybe<double> smallest_scale{};  ///< eps, when given; rounded to float32 where it is used
    bool reduced = false;            ///< reduce_range
    bool dynamic = false;            ///< is_dynamic
    double averaging = 0.01;         ///< averaging_constant
    int channel_axis = 0;            ///< ch_axis
    int bin_count = 2048;            ///< bins
    double fixed_scale = 1.0;
    int fixed_zero_point = 0;

    constexpr bool operator==(const observer_config&) const = default;

    constexpr observer_config dtype(quantype::dtype d) const {
        auto r = *this;
        r.code_type = d;
        return r;
    }
    constexpr observer_config qscheme(quantype::qscheme s) const {
        auto r = *this;
        r.scheme = s;
        return r;
    }
    /// A range of one's own instead of the dtype's.
    constexpr observer_config quant_range(int lowest, int highest) const {
        auto r = *this;
        r.quant_min = lowest;
        r.quant_max = highest;
        return r;
    }
    constexpr observer_config eps(double smallest) const {
        auto r = *this;
        r.smallest_scale = smallest;
        return r;
    }
    constexpr observer_config reduce_range(bool on) const {
        auto r = *this;
        r.reduced = on;
        return r;
    }
    constexpr observer_config is_dynamic(bool on) const {
        auto r = *this;
        r.dynamic = on;
        return r;
    }
    constexpr observer_config averaging_constant(double c) const {
        auto r = *this;
        r.averaging = c;
        return r;
    }
    constexpr observer_config ch_axis(int axis) const {
        auto r = *this;
        r.channel_axis = axis;
        return r;
    }
    constexpr observer_config bins(int n) const {
        auto r = *this;
        r.bin_count = n;
        return r;
    }
};

constexpr observer_config min_max_observer() { return {&min_max_observer_class}; }
constexpr observer_config moving_average_min_max_observer() { return {&moving_average_min_max_observer_class}; }
constexpr observer_config per_channel_min_max_observer() {
    return observer_config{&per_channel_min_max_observer_class}.qscheme(per_channel_affine);
}
constexpr observer_config moving_average_per_channel_min_max_observer() {
    return observer_config{&moving_average_per_channel_min_max_observer_class}.qscheme(per_channel_affine);
}
constexpr observer_config histogram_observer() { return {&histogram_observer_class}; }
/// Gives these qparams whatever it sees.
constexpr observer_config fixed_qparams_observer(double scale, int zero_point, dtype d = quint8, int quant_min = 0,
                                                 int quant_max = 255) {
    observer_config r{&fixed_qparams_observer_class};
    r.code_type = d;
    r.quant_min = quant_min;
    r.quant_max = quant_max;
    r.fixed_scale = scale;
    r.fixed_zero_point = zero_point;
    return r;
}
/// Says which dtype is wanted and observes nothing.
constexpr observer_config placeholder_observer(dtype d = float32) {
    return observer_config{&placeholder_observer_class}.dtype(d);
}
constexpr observer_config noop_observer(dtype d = float16) { return observer_config{&noop_observer_class}.dtype(d); }
constexpr observer_config recording_observer() { return {&recording_observer_class}; }
/// The op reuses its input's observer.
constexpr observer_config reuse_input_observer() { return {&reuse_input_observer_class}; }

/// The range an observer quantizes to: its own where both ends are given, else the dtype's; with reduce_range both ends
/// of an own range are halved (floor), and 8-bit ranges lose one bit.
constexpr code_range effective_range(const observer_config& c) {
    const bool given = c.quant_min && c.quant_max;
    const bool fixed = c.type->kind == observer_class::kind_type::fixed_qparams;
    if (given) {
        code_range r{*c.quant_min, *c.quant_max};
        if (c.reduced && !fixed) r = {r.min >> 1, r.max >> 1};
        return r;
    }
    switch (c.code_type) {
        case dtype::qint8:
        case dtype::int8: return c.reduced ? code_range{-64, 63} : code_range{-128, 127};
        case dtype::quint8:
        case dtype::uint8: return c.reduced ? code_range{0, 127} : code_range{0, 255};
        case dtype::qint32:
        case dtype::int32: return {std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()};
        case dtype::int16: return {-32768, 32767};
        case dtype::uint16: return {0, 65535};
        default: return {0, 15};
    }
}

/// Smallest scale the observer can give, as float32.
constexpr float effective_eps(const observer_config& c) {
    return c.smallest_scale ? static_cast<float>(*c.smallest_scale) : default_eps;
}

QUANTYPE_END_NAMESPACE
