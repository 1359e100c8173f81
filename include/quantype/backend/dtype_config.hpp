// SPDX-License-Identifier: BSL-1.0
// What a backend accepts for one pattern: the dtypes of input, output, weight and bias, and their constraints.
#pragma once
#include <quantype/core/dtype.hpp>
#include <quantype/core/fail.hpp>
#include <quantype/core/maybe.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// A dtype and up to six constraints on the QConfig's observer (PyTorch's DTypeWithConstraints).
/// `scale_max_upper_bound` is stored and never enforced, as in PyTorch.
struct dtype_with_constraints {
    dtype type = dtype::none;  ///< none matches any dtype
    maybe<int> quant_min_lower_bound{};
    maybe<int> quant_max_upper_bound{};
    maybe<double> scale_min_lower_bound{};
    maybe<double> scale_max_upper_bound{};
    maybe<double> scale_exact_match{};
    maybe<int> zero_point_exact_match{};

    constexpr dtype_with_constraints() = default;
    constexpr dtype_with_constraints(dtype d) : type(d) {}

    /// The observer's quant_min and quant_max must lie in [lowest, highest].
    constexpr dtype_with_constraints quant_range(int lowest, int highest) const {
        auto r = *this;
        r.quant_min_lower_bound = lowest;
        r.quant_max_upper_bound = highest;
        return r;
    }
    /// The observer's eps, the smallest scale it can give, must be at least this.
    constexpr dtype_with_constraints scale_min(double lowest) const {
        auto r = *this;
        r.scale_min_lower_bound = lowest;
        return r;
    }
    constexpr dtype_with_constraints scale_max(double highest) const {
        auto r = *this;
        r.scale_max_upper_bound = highest;
        return r;
    }
    /// Only an observer with exactly these fixed qparams will do.
    constexpr dtype_with_constraints exactly(double scale, int zero_point) const {
        auto r = *this;
        r.scale_exact_match = scale;
        r.zero_point_exact_match = zero_point;
        return r;
    }
    constexpr bool operator==(const dtype_with_constraints&) const = default;
};

/// Base of a dtype config: derive and override the members that matter.
/// `struct weighted_int8 : dtype_config { static constexpr auto input_dtype = ..., output_dtype = ...; };`
struct dtype_config {
    static constexpr dtype_with_constraints input_dtype{};
    static constexpr dtype_with_constraints output_dtype{};
    static constexpr dtype_with_constraints weight_dtype{};
    static constexpr dtype bias_dtype = dtype::none;
    static constexpr maybe<bool> is_dynamic{};  ///< absent behaves as false
};

/// A dtype config as a value, for the passes.
struct dtype_config_value {
    dtype_with_constraints input_dtype{};
    dtype_with_constraints output_dtype{};
    dtype_with_constraints weight_dtype{};
    dtype bias_dtype = dtype::none;
    maybe<bool> is_dynamic{};
    constexpr bool operator==(const dtype_config_value&) const = default;
};

namespace fail {
template <bool Ok, class DtypeConfig, class Have, class Need>
struct quant_range_is_empty {
    static_assert(Ok, "quantype: dtype config: quant_min_lower_bound must be less than quant_max_upper_bound");
};
template <bool Ok, class DtypeConfig, class Have, class Need>
struct quant_range_outside_dtype {
    static_assert(Ok, "quantype: dtype config: the quant range does not fit the dtype's codes");
};
template <bool Ok, class DtypeConfig, class Have, class Need>
struct scale_bounds_are_impossible {
    static_assert(Ok, "quantype: dtype config: scale bounds must be positive, and the lower not above the upper");
};
template <bool Ok, class DtypeConfig, class Have, class Need>
struct exact_zero_point_outside_dtype {
    static_assert(Ok, "quantype: dtype config: zero_point_exact_match is not a code of the dtype");
};
}  // namespace fail

namespace detail {

template <class DtypeConfig>
constexpr dtype_with_constraints part_of(int part) {
    return part == 0 ? DtypeConfig::input_dtype : part == 1 ? DtypeConfig::output_dtype : DtypeConfig::weight_dtype;
}

/// Part 0 is the input, 1 the output, 2 the weight.
template <class DtypeConfig, int Part>
constexpr void check_constraints() {
    constexpr dtype_with_constraints D = part_of<DtypeConfig>(Part);
    constexpr code_range codes = codes_of(D.type);
    constexpr int lo = D.quant_min_lower_bound ? *D.quant_min_lower_bound : static_cast<int>(codes.min);
    constexpr int hi = D.quant_max_upper_bound ? *D.quant_max_upper_bound : static_cast<int>(codes.max);
    if constexpr (D.quant_min_lower_bound && D.quant_max_upper_bound && lo >= hi)
        (void)sizeof(fail::quant_range_is_empty<false, DtypeConfig, fail::have<lo>, fail::need<hi>>);
    else if constexpr (is_quantized(D.type) && lo < codes.min)
        (void)sizeof(fail::quant_range_outside_dtype<false, DtypeConfig, fail::have<lo>, fail::need<codes.min>>);
    else if constexpr (is_quantized(D.type) && hi > codes.max)
        (void)sizeof(fail::quant_range_outside_dtype<false, DtypeConfig, fail::have<hi>, fail::need<codes.max>>);
    constexpr double low = D.scale_min_lower_bound.value, high = D.scale_max_upper_bound.value;
    if constexpr ((D.scale_min_lower_bound && !(low > 0)) || (D.scale_max_upper_bound && !(high > 0)) ||
                  (D.scale_min_lower_bound && D.scale_max_upper_bound && low > high) ||
                  (D.scale_exact_match && !(*D.scale_exact_match > 0)))
        (void)sizeof(fail::scale_bounds_are_impossible<false, DtypeConfig, fail::have_real<fail::real{low}>,
                                                       fail::need_real<fail::real{high}>>);
    if constexpr (D.zero_point_exact_match && is_quantized(D.type)) {
        constexpr int zp = *D.zero_point_exact_match;
        if constexpr (zp < codes.min || zp > codes.max)
            (void)sizeof(
                fail::exact_zero_point_outside_dtype<false, DtypeConfig, fail::have<zp>, fail::need<codes.max>>);
    }
}

/// Refuses constraints that nothing can satisfy; asked where a pattern config takes the dtype config.
template <class DtypeConfig>
constexpr void check_dtype_config() {
    check_constraints<DtypeConfig, 0>();
    check_constraints<DtypeConfig, 1>();
    check_constraints<DtypeConfig, 2>();
}

}  // namespace detail

/// The value of a dtype config type.
template <class DtypeConfig>
constexpr dtype_config_value value_of() {
    return {DtypeConfig::input_dtype, DtypeConfig::output_dtype, DtypeConfig::weight_dtype, DtypeConfig::bias_dtype,
            DtypeConfig::is_dynamic};
}

QUANTYPE_END_NAMESPACE
