// SPDX-License-Identifier: BSL-1.0
// Configurations of norms.
#pragma once
#include <quantype/kernel/contract/normalize.hpp>
#include <quantype/kernel/float32/normalize.hpp>
#include <quantype/lower/step_values.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

constexpr kernel::normalize_config normalize_config_of(const attributes& a, const plan_value& x) {
    const kernel::float32::norm_blocks b = kernel::float32::norm_blocks_of(a, x.extents);
    return {static_cast<int>(x.extents.count() / b.length), static_cast<int>(b.length), static_cast<int>(b.span),
            static_cast<int>(b.period)};
}

}  // namespace detail

/// Parameters of a norm and the scales around it.
struct norm_numbers {
    const float* weight = nullptr;
    const float* bias = nullptr;
    float input_scale = 1.0f;
    float eps = 1e-5f;
};

QUANTYPE_END_NAMESPACE
