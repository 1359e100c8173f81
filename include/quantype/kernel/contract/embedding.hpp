// SPDX-License-Identifier: BSL-1.0
// Contract of embedding tables held as codes of 8 or 4 bits: rows of codes with a float scale and bias each.
#pragma once
#include <quantype/kernel/contract/image.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel {

/// Static facts: bag b sums the rows of indices offsets[b] .. offsets[b + 1] - 1, the last one up to `indices`. Without
/// offsets every bag has indices / bags of them; a plain embedding has one. With 4 bits a row has (dimension + 1) / 2
/// bytes, the code of an even column in the low half.
struct embedding_config {
    int rows = 1;  ///< of the table
    int dimension = 1;
    int indices = 1;
    int bags = 1;
    int bits = 8;

    constexpr bool valid() const {
        return rows > 0 && dimension > 0 && indices >= 0 && bags > 0 && (bits == 8 || bits == 4);
    }
    constexpr int row_bytes() const { return bits == 8 ? dimension : (dimension + 1) / 2; }
    constexpr bool operator==(const embedding_config&) const = default;
};

/// One row: value = code * scale + bias, bias = -zero_point * scale with a float zero point. Tables of 4 bits hold both
/// rounded to half precision, as torch.ops.quantized.embedding_bag_4bit_prepack does.
struct embedding_row {
    float scale = 1.0f;
    float bias = 0.0f;
};

/// output[b][i] = sum over the bag of f32(code) * scale + bias, in float32 without fused operations, in order of the
/// indices; an empty bag gives 0. Precondition: 0 <= index < rows, offsets ascending and at most `indices`.
struct embedding_args {
    const std::uint8_t* codes = nullptr;  ///< [rows][row_bytes()]
    const embedding_row* rows = nullptr;  ///< [rows]
    const std::int64_t* indices = nullptr;
    const std::int64_t* offsets = nullptr;  ///< [bags], or null
    float* output = nullptr;                ///< [bags][dimension]
};

}  // namespace kernel

QUANTYPE_END_NAMESPACE
