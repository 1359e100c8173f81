// SPDX-License-Identifier: BSL-1.0
// Which codes the values of a plan can hold, where the backend clamps codes to the QConfig's range. Codes are bounded
// by what a kernel does, never by what an observer saw.
#pragma once
#include <quantype/lower/plan_types.hpp>
#include <quantype/prepare/prepare_stage.hpp>
#include <quantype/qconfig/observer_checks.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// Steps whose kernel clamps every code it writes to the bounds of the value.
constexpr bool clamps_codes(step_kind k) {
    switch (k) {
        case step_kind::quantize:
        case step_kind::conv:
        case step_kind::conv_add:
        case step_kind::linear:
        case step_kind::add:
        case step_kind::mul:
        case step_kind::clamp:
        case step_kind::max_pool:
        case step_kind::avg_pool:
        case step_kind::adaptive_avg_pool: return true;
        default: return false;
    }
}
/// Steps that write codes they have read.
constexpr bool moves_codes(step_kind k) {
    return k == step_kind::permute || k == step_kind::copy || k == step_kind::move || k == step_kind::expand;
}

/// The range that the observer behind the value's scale and zero point has; unknown for derived ones.
constexpr kernel::code_bounds observed_codes(const prepared_view& p, const plan_value& v) {
    if (!v.codes || v.qparams < 0 || v.qparams >= p.observer_count) return {};
    const code_range r = effective_quant_range(p.observer(v.qparams)), all = codes_of(v.type);
    return {static_cast<std::int16_t>(r.min > all.min ? r.min : all.min),
            static_cast<std::int16_t>(r.max < all.max ? r.max : all.max)};
}

/// Sets the bounds of all values.
constexpr void find_code_bounds(const prepared_view& p, plan_builder& plan) {
    for (int i = 0; i < plan.steps.size(); ++i) {
        const plan_step& s = plan.steps[i];
        plan_value& y = plan.values[base_of(plan, s.output)];
        const bool whole = plan.values[s.output].place != value_place::alias;
        if (whole && clamps_codes(s.kind))
            y.bounds = observed_codes(p, y);
        else if (whole && moves_codes(s.kind))
            y.bounds = plan.values[base_of(plan, s.inputs[0])].bounds;
        else
            y.bounds = {};
    }
    for (int v = 0; v < plan.values.size(); ++v) plan.values[v].bounds = plan.values[base_of(plan, v)].bounds;
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
