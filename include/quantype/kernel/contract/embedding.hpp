// SPDX-License-Identifier: BSL-1.0
// Contract of embedding tables held in bytes: rows of codes with a float scale and bias each.
#pragma once
#include <quantype/kernel/contract/image.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel {

/// Static facts: bag b sums the rows of indices offsets[b] .. offsets[b + 1] - 1, the last one up to `indices`. A plain
/// embedding has one index a bag (offsets may then be null).
struct embedding_config {
    int rows = 1;  ///< of the table
    int dimension = 1;
    int indices = 1;
    int bags = 1;

    constexpr bool valid() const { return rows > 0 && dimension > 0 && indices >= 0 && bags > 0; }
    constexpr bool operator==(const embedding_config&) const = default;
};

/// One row: value = code * scale + bias, bias = -zero_point * scale with a float zero point.
struct embedding_row {
    float scale = 1.0f;
    float bias = 0.0f;
};

/// output[b][i] = sum over the bag of f32(code) * scale + bias, in float32 without fused operations, in order of the
/// indices; an empty bag gives 0. Precondition: 0 <= index < rows, offsets ascending and at most `indices`.
struct embedding_args {
    const std::uint8_t* codes = nullptr;  ///< [rows][dimension]
    const embedding_row* rows = nullptr;  ///< [rows]
    const std::int64_t* indices = nullptr;
    const std::int64_t* offsets = nullptr;  ///< [bags], or null
    float* output = nullptr;                ///< [bags][dimension]
};

}  // namespace kernel

QUANTYPE_END_NAMESPACE
