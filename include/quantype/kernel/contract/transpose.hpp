// SPDX-License-Identifier: BSL-1.0
// Contract of moving codes along axes: transpose, pixel and channel shuffle, repeat, narrow, broadcasting.
#pragma once
#include <quantype/kernel/contract/image.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel {

/// Static facts: the output is dense with `extents`; its axis i walks the input by strides[i] elements, beginning at
/// element `offset`. A stride of 0 repeats.
struct transpose_config {
    int rank = 1;
    int extents[6] = {1};
    int strides[6] = {1};
    int offset = 0;

    constexpr bool valid() const {
        bool good = rank >= 1 && rank <= 6;
        for (int i = 0; i < rank && good; ++i) good = extents[i] > 0;
        return good;
    }
    constexpr bool operator==(const transpose_config&) const = default;
};

/// The transpose of a dense tensor: axis i of the output is axis order[i] of the input.
constexpr transpose_config transpose(int rank, const int* input_extents, const int* order) {
    transpose_config c{};
    c.rank = rank;
    for (int i = 0; i < rank; ++i) {
        c.extents[i] = input_extents[order[i]];
        c.strides[i] = 1;
        for (int k = order[i] + 1; k < rank; ++k) c.strides[i] *= input_extents[k];
    }
    return c;
}

/// output[i0][i1]... = input[offset + i0 * strides[0] + i1 * strides[1] + ...]. The memory may not overlap.
template <code_type Code>
struct transpose_args {
    const Code* input = nullptr;
    Code* output = nullptr;
};

}  // namespace kernel

QUANTYPE_END_NAMESPACE
