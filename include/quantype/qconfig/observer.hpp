// SPDX-License-Identifier: BSL-1.0
// Which observer or fake-quantize watches a tensor, and with which arguments: a literal value, as PyTorch's
// Observer.with_args(...). Light: what an observer does at run time is in calibrate/.
#pragma once
#include <cstdint>
#include <string_view>

#include <quantype/core/dtype.hpp>
#include <quantype/core/maybe.hpp>
#include <quantype/core/tensor_view.hpp>
#include <quantype/numerics/qscheme.hpp>

QUANTYPE_BEGIN_NAMESPACE

struct observer_config;
struct observer_state;  // calibrate/observer_state.hpp
struct qparams;         // calibrate/qparams.hpp

/// What an observer records.
enum class observer_rule : std::uint8_t {
    min_max,         ///< running minimum and maximum
    moving_average,  ///< moving average of each batch's minimum and maximum
    histogram,       ///< histogram, and a search for the range with the least squared error
    fixed,           ///< nothing: scale and zero point are given
    placeholder,     ///< nothing: dtype only
    noop,            ///< nothing
    recording,       ///< copies of the tensors
    reuse_input,     ///< nothing: the observer of the op's input stands for it
};

/// The arguments of all observer classes, with the values that hold when they are not given.
struct observer_arguments {
    quantype::dtype dtype = quantype::dtype::quint8;
    quantype::qscheme qscheme = quantype::qscheme::per_tensor_affine;
    maybe<std::int64_t> quant_min{};
    maybe<std::int64_t> quant_max{};
    float eps = 0x1p-23f;
    bool reduce_range = false;
    bool is_dynamic = false;
    float averaging_constant = 0.01f;
    int ch_axis = 0;
    int bins = 2048;
    float scale = 1.0f;  ///< fixed qparams only
    std::int32_t zero_point = 0;

    constexpr bool operator==(const observer_arguments&) const = default;
};

/// Describes an observer class. A user's own observer is one more constexpr object of this type: it takes over what a
/// built-in rule does by giving `observe`, `calculate` or both (null: the rule's own).
struct observer_class {
    std::string_view name{};  ///< "MinMaxObserver"
    std::string_view module = "torch.ao.quantization.observer";
    observer_rule rule = observer_rule::min_max;
    bool per_channel = false;
    bool has_eps = true;          ///< the object has an attribute eps
    bool has_quant_range = true;  ///< the object has attributes quant_min and quant_max
    observer_arguments defaults{};
    void (*observe)(const observer_config&, observer_state&, tensor_view<const float>) = nullptr;
    void (*calculate)(const observer_config&, const observer_state&, qparams&) = nullptr;
};

/// What a fake-quantize does beside observing.
enum class fake_quantize_rule : std::uint8_t {
    plain,                 ///< quantizes with the observer's scale and zero point
    fixed,                 ///< quantizes with given ones
    fused_moving_average,  ///< keeps the moving average itself and chooses scale and zero point by the dynamic rule
};

/// Describes a fake-quantize class: quantization-aware training puts one where calibration puts an observer.
struct fake_quantize_class {
    std::string_view name{};  ///< "FakeQuantize"
    std::string_view module = "torch.ao.quantization.fake_quantize";
    fake_quantize_rule rule = fake_quantize_rule::plain;
    maybe<std::int64_t> quant_min{};  ///< the observer's range when none is given
    maybe<std::int64_t> quant_max{};
};

/// Names of the arguments, in no special order; used to remember which were given.
enum class observer_argument : std::uint8_t {
    dtype,
    qscheme,
    quant_min,
    quant_max,
    eps,
    reduce_range,
    is_dynamic,
    averaging_constant,
    ch_axis,
    bins,
    scale,
    zero_point,
};
inline constexpr int observer_argument_count = 12;

/// An observer class with arguments bound. Each setter is named after PyTorch's argument and returns a new value:
/// `min_max_observer().dtype(quint8).quant_range(0, 127).eps(0x1p-12f)`. The order of the calls is kept for printing.
/// A fake-quantize is its observer with `fake` set, and passes its own arguments on to the observer:
/// `fake_quantize(moving_average_min_max_observer()).quant_range(0, 255)`.
struct observer_config {
    const observer_class* type = nullptr;
    const fake_quantize_class* fake = nullptr;  ///< null: an observer alone
    observer_arguments args{};
    std::uint8_t given_count = 0;
    std::uint8_t given_to_observer = 0;  ///< fake-quantize: so many were bound to the observer, the rest to itself
    observer_argument given[observer_argument_count]{};

    constexpr observer_config() = default;
    constexpr explicit observer_config(const observer_class& c) : type(&c), args(c.defaults) {}

    /// A fake-quantize of class `f` around this observer.
    constexpr observer_config inside(const fake_quantize_class& f) const {
        observer_config r = *this;
        r.fake = &f;
        r.given_to_observer = given_count;
        if (!r.args.quant_min) r.args.quant_min = f.quant_min;
        if (!r.args.quant_max) r.args.quant_max = f.quant_max;
        return r;
    }
    constexpr observer_config dtype(quantype::dtype d) const {
        observer_config r = bind(observer_argument::dtype);
        r.args.dtype = d;
        return r;
    }
    constexpr observer_config qscheme(quantype::qscheme s) const {
        observer_config r = bind(observer_argument::qscheme);
        r.args.qscheme = s;
        return r;
    }
    constexpr observer_config quant_min(std::int64_t lowest) const {
        observer_config r = bind(observer_argument::quant_min);
        r.args.quant_min = lowest;
        return r;
    }
    constexpr observer_config quant_max(std::int64_t highest) const {
        observer_config r = bind(observer_argument::quant_max);
        r.args.quant_max = highest;
        return r;
    }
    /// quant_min and quant_max in one call.
    constexpr observer_config quant_range(std::int64_t lowest, std::int64_t highest) const {
        return quant_min(lowest).quant_max(highest);
    }
    constexpr observer_config eps(double smallest_scale) const {
        observer_config r = bind(observer_argument::eps);
        r.args.eps = static_cast<float>(smallest_scale);
        return r;
    }
    constexpr observer_config reduce_range(bool on) const {
        observer_config r = bind(observer_argument::reduce_range);
        r.args.reduce_range = on;
        return r;
    }
    constexpr observer_config is_dynamic(bool on) const {
        observer_config r = bind(observer_argument::is_dynamic);
        r.args.is_dynamic = on;
        return r;
    }
    constexpr observer_config averaging_constant(double c) const {
        observer_config r = bind(observer_argument::averaging_constant);
        r.args.averaging_constant = static_cast<float>(c);
        return r;
    }
    constexpr observer_config ch_axis(int axis) const {
        observer_config r = bind(observer_argument::ch_axis);
        r.args.ch_axis = axis;
        return r;
    }
    constexpr observer_config bins(int n) const {
        observer_config r = bind(observer_argument::bins);
        r.args.bins = n;
        return r;
    }
    constexpr observer_config scale(double s) const {
        observer_config r = bind(observer_argument::scale);
        r.args.scale = static_cast<float>(s);
        return r;
    }
    constexpr observer_config zero_point(std::int32_t z) const {
        observer_config r = bind(observer_argument::zero_point);
        r.args.zero_point = z;
        return r;
    }

    /// True when the argument was given, whatever its value.
    constexpr bool has(observer_argument a) const { return place_of(a) < given_count; }
    /// Same classes, same arguments given, same values; as in PyTorch an argument given with its default value differs
    /// from one that is not given. The order does not count.
    constexpr bool operator==(const observer_config& other) const {
        if (type != other.type || fake != other.fake || given_count != other.given_count || !(args == other.args))
            return false;
        for (int i = 0; i < given_count; ++i) {
            const int at = other.place_of(given[i]);
            if (at == given_count || (at < other.given_to_observer) != (i < given_to_observer)) return false;
        }
        return true;
    }

private:
    // given_count where the argument was not given.
    constexpr int place_of(observer_argument a) const {
        int i = 0;
        while (i < given_count && given[i] != a) ++i;
        return i;
    }
    constexpr observer_config bind(observer_argument a) const {
        observer_config r = *this;
        if (!has(a)) r.given[r.given_count++] = a;
        return r;
    }
};

QUANTYPE_END_NAMESPACE

#include <quantype/qconfig/observer_checks.hpp>
#include <quantype/qconfig/observer_classes.hpp>
