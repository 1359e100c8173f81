// SPDX-License-Identifier: BSL-1.0
// Configurations of elementwise ops.
#pragma once
#include <quantype/kernel/contract/elementwise.hpp>
#include <quantype/lower/step_values.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

constexpr kernel::channel_lookup_config channel_lookup_config_of(const plan_value& x) {
    return {x.extents[0], x.extents[1], count_of(x) / (x.extents[0] * x.extents[1])};
}
constexpr kernel::elementwise_config elementwise_config_of(const plan_value& a, const plan_value& b) {
    if (a.extents == b.extents) return kernel::elementwise(count_of(a));
    const shape p = memory_extents(a), q = memory_extents(b);
    return kernel::elementwise_broadcast(p.dims, p.rank, q.dims, q.rank);
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
