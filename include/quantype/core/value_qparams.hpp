// SPDX-License-Identifier: BSL-1.0
// Scale and zero point of one value.
#pragma once
#include <cstdint>

#include <quantype/version.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// A code c stands for (c - zero_point) * scale.
struct value_qparams {
    float scale = 1.0f;
    std::int32_t zero_point = 0;
    constexpr bool operator==(const value_qparams&) const = default;
};

QUANTYPE_END_NAMESPACE
