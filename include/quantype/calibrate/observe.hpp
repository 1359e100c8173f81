// SPDX-License-Identifier: BSL-1.0
// Running an observer: `observe` feeds it a tensor, `calculate_qparams` asks for scale and zero point. Both are
// constexpr.
#pragma once
#include <vector>

#include <quantype/calibrate/histogram_search.hpp>
#include <quantype/calibrate/observer_state.hpp>
#include <quantype/calibrate/qparams.hpp>
#include <quantype/numerics/affine.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail::calibrate {

// Minimum and maximum of each channel (of the whole tensor when `per_channel` is false). NaN wins.
constexpr void batch_range(const observer_config& o, tensor_view<const float> x, std::vector<float>& lo,
                           std::vector<float>& hi) {
    const int rank = x.extents.rank;
    const int axis = o.args.ch_axis < 0 ? o.args.ch_axis + rank : o.args.ch_axis;
    if (o.type->per_channel && (axis < 0 || axis >= rank)) raise("observer: ch_axis is outside the tensor's rank");
    const std::size_t channels = o.type->per_channel ? at(x.extents[axis]) : 1;
    lo.assign(channels, 0.0f);
    hi.assign(channels, 0.0f);
    std::vector<unsigned char> seen(channels, 0);  // clang refuses vector<bool> in constant expressions
    const auto take = [&](std::int64_t i, std::int64_t c) {
        const std::size_t k = at(c);
        lo[k] = seen[k] != 0 ? affine::min_of(lo[k], x[i]) : x[i];
        hi[k] = seen[k] != 0 ? affine::max_of(hi[k], x[i]) : x[i];
        seen[k] = 1;
    };
    if (o.type->per_channel) {
        affine::for_each_in_channel(x.extents, axis, take);
    } else {
        for (std::int64_t i = 0; i < x.count(); ++i) take(i, 0);
    }
}

constexpr void observe_range(const observer_config& o, observer_state& s, tensor_view<const float> x) {
    std::vector<float> lo, hi;
    batch_range(o, x, lo, hi);
    if (!s.observed()) {
        s.min = lo;
        s.max = hi;
        return;
    }
    if (s.min.size() != lo.size()) raise("observer: the number of channels differs from that of the tensors before");
    const auto towards = [&](float m, float current) {
        return exact::add(m, exact::mul(o.args.averaging_constant, exact::sub(current, m)));
    };
    for (std::size_t c = 0; c < lo.size(); ++c) {
        const bool averages = o.type->rule == observer_rule::moving_average;
        s.min[c] = averages ? towards(s.min[c], lo[c]) : affine::min_of(s.min[c], lo[c]);
        s.max[c] = averages ? towards(s.max[c], hi[c]) : affine::max_of(s.max[c], hi[c]);
    }
}

constexpr qparams empty_qparams(const observer_config& o, qparams_status status) {
    qparams q;
    q.qscheme = o.args.qscheme;
    q.dtype = o.args.dtype;
    q.axis = o.type != nullptr && o.type->per_channel ? o.args.ch_axis : -1;
    q.status = status;
    return q;
}

// Status of one channel's range and scale.
constexpr qparams_status judge(float min, float max, float scale) {
    if (!is_finite(min) || !is_finite(max) || !is_finite(scale)) return qparams_status::not_finite;
    if (min > max) return qparams_status::min_above_max;
    // 1 / scale is a finite float32 for every normal scale.
    if (std::bit_cast<std::uint32_t>(scale) < 0x00800000u) return qparams_status::scale_underflow;
    return qparams_status::ok;
}

}  // namespace detail::calibrate

/// Scale and zero point of one range by the configuration's scheme; appended to `q`. The first channel that cannot be
/// trusted is noted in its status.
constexpr void append_qparams(const observer_config& o, value_range range, qparams& q) {
    const code_range codes = effective_quant_range(o);
    if (o.args.qscheme == qscheme::per_channel_affine_float_qparams) {
        const scale_float_zero_point p = choose_float_qparams(range.min, range.max, codes, o.args.eps);
        q.scale.push_back(p.scale);
        q.float_zero_point.push_back(p.zero_point);
    } else {
        const std::int32_t middle = symmetric_zero_point(o.args.dtype, codes, has_customized_range(o));
        const scale_zero_point p = is_symmetric(o.args.qscheme)
                                       ? choose_symmetric_qparams(range.min, range.max, codes, o.args.eps, middle)
                                       : choose_affine_qparams(range.min, range.max, codes, o.args.eps);
        q.scale.push_back(p.scale);
        q.zero_point.push_back(p.zero_point);
    }
    if (q.status != qparams_status::ok) return;
    q.status = detail::calibrate::judge(range.min, range.max, q.scale.back());
    q.channel = static_cast<int>(q.scale.size()) - 1;
}

/// Feeds one tensor to the observer. Empty tensors are ignored. NaN and infinities go through as in PyTorch and show up
/// in the status of calculate_qparams; `require_finite` refuses them beforehand.
constexpr void observe(const observer_config& o, observer_state& s, tensor_view<const float> x) {
    if (o.type == nullptr || x.count() == 0) return;
    if (o.type->observe != nullptr) return o.type->observe(o, s, x);
    switch (o.type->rule) {
        case observer_rule::min_max:
        case observer_rule::moving_average: return detail::calibrate::observe_range(o, s, x);
        case observer_rule::histogram: return detail::calibrate::observe_histogram(o, s, x);
        case observer_rule::recording: {
            recorded_tensor copy{x.extents, std::vector<float>(detail::calibrate::at(x.count()), 0.0f)};
            for (std::int64_t i = 0; i < x.count(); ++i) copy.values[detail::calibrate::at(i)] = x[i];
            s.recorded.push_back(copy);
            return;
        }
        default: return;
    }
}

/// Scale and zero point of what was observed. Never fails: `status` says whether the result can be used. Nothing
/// observed gives PyTorch's default (scale 1, zero point 0) with status `uncalibrated`.
constexpr qparams calculate_qparams(const observer_config& o, const observer_state& s) {
    namespace d = detail::calibrate;
    if (check_observer(o) != observer_fault::none) return d::empty_qparams(o, qparams_status::bad_observer);
    if (!calculates_qparams(o)) return d::empty_qparams(o, qparams_status::no_qparams);
    qparams q = d::empty_qparams(o, qparams_status::ok);
    if (o.type->calculate != nullptr) {
        o.type->calculate(o, s, q);
        return q;
    }
    if (o.type->rule == observer_rule::fixed) {
        q.scale.push_back(o.args.scale);
        q.zero_point.push_back(o.args.zero_point);
        q.status = d::judge(0.0f, 0.0f, o.args.scale);
        return q;
    }
    if (!s.observed()) {
        q.scale.push_back(1.0f);
        q.zero_point.push_back(0);
        q.status = qparams_status::uncalibrated;
        return q;
    }
    if (o.type->rule == observer_rule::histogram) {
        const bool finite = is_finite(s.min[0]) && is_finite(s.max[0]);
        append_qparams(o, finite ? search_histogram(o, s) : value_range{s.min[0], s.max[0]}, q);
        return q;
    }
    for (std::size_t c = 0; c < s.min.size(); ++c) append_qparams(o, {s.min[c], s.max[c]}, q);
    return q;
}

QUANTYPE_END_NAMESPACE
