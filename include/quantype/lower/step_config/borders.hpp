// SPDX-License-Identifier: BSL-1.0
// Configurations of quantize, dequantize and permute.
#pragma once
#include <quantype/kernel/contract/quantize.hpp>
#include <quantype/lower/step_values.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

constexpr kernel::quantize_config quantize_config_of(const plan_value& codes) {
    if (codes.order == value_order::channels_last)
        return {codes.extents[0], image_of(codes), kernel::element_order::nchw};
    kernel::image_layout flat;
    flat.channels = count_of(codes);
    return {1, flat, kernel::element_order::same};
}
constexpr kernel::permute_config permute_config_of(const plan_value& from, const plan_value& to) {
    return {from.extents[0], image_of(from), to.order == value_order::contiguous};
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
