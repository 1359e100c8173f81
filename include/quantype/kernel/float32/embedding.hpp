// SPDX-License-Identifier: BSL-1.0
// Embedding tables in float32.
#pragma once
#include <quantype/core/attributes.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::float32 {

/// output[b] = sum of table[indices[k]] over the bag, in order of the indices; an empty bag gives 0. With `offsets`
/// (bags of them) bag b is offsets[b] .. offsets[b + 1] - 1, the last one up to `count`; else every bag has count /
/// bags indices. Index is int64, or float32 that holds integers. Precondition: every index lies in 0 .. a.in - 1.
template <class Index>
constexpr void embedding(const attributes& a, const float* table, const Index* indices, std::int64_t count,
                         const Index* offsets, std::int64_t bags, float* output) {
    const std::int64_t per = offsets || bags == 0 ? 0 : count / bags;
    for (std::int64_t b = 0; b < bags; ++b) {
        float* y = output + b * a.out;
        for (int i = 0; i < a.out; ++i) y[i] = 0.0f;
        const std::int64_t begin = offsets ? static_cast<std::int64_t>(offsets[b]) : b * per;
        const std::int64_t next = offsets && b + 1 < bags ? static_cast<std::int64_t>(offsets[b + 1]) : count;
        const std::int64_t end = offsets ? next : begin + per;
        for (std::int64_t k = begin; k < end; ++k) {
            const float* row = table + static_cast<std::int64_t>(indices[k]) * a.out;
            for (int i = 0; i < a.out; ++i) y[i] += row[i];
        }
    }
}

}  // namespace kernel::float32

QUANTYPE_END_NAMESPACE
