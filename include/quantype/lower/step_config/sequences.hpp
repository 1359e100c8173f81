// SPDX-License-Identifier: BSL-1.0
// Configurations of recurrent layers and tables, and what their steps are packed as.
#pragma once
#include <quantype/kernel/contract/embedding.hpp>
#include <quantype/kernel/float32/recurrent.hpp>
#include <quantype/lower/step_values.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// One matrix of a recurrent layer: int8 codes with a scale for each row, or the bits of halves. The matrix of the
/// input and that of the state stand in turn, for each layer and direction.
struct recurrent_weight {
    const void* weight = nullptr;
    const float* scales = nullptr;
    const float* bias = nullptr;
};

namespace detail {

constexpr kernel::embedding_config embedding_config_of(const attributes& a, const plan_value& indices,
                                                       const plan_value& y, int bits) {
    return {a.in, a.out, count_of(indices), count_of(y) / a.out, bits};
}

/// Weights of 4 bits, by the QConfig of the node.
constexpr int table_bits(const prepared_view& p, const plan_step& s) {
    const qconfig* q = p.config_of(s.node);
    return q != nullptr && q->weight.args.dtype == dtype::quint4x2 ? 4 : 8;
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
