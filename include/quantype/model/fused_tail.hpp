// SPDX-License-Identifier: BSL-1.0
// What a fused module computes behind the op that carries the weight.
#pragma once
#include <quantype/model/traced.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// The parts of a fused module behind its root and a folded batch norm. `add` and `add_relu` take a further input.
enum class fused_tail : std::uint8_t { none, relu, leaky_relu, tanh, add, add_relu, other };

namespace detail {

constexpr fused_tail tail_of(const trace_view& t, const graph_view& g, int i) {
    if (g[i].fusion < 0) return fused_tail::none;
    const fusion& f = g.fusions[g[i].fusion];
    const int first = f.folds_batch_norm ? 2 : 1, count = f.count - first;
    const auto code = [&](int k) { return k < count ? t.calls[f.parts[first + k]].attrs().code : op_code::none; };
    const bool sum = code(0) == op_code::add;
    if (count <= 0) return fused_tail::none;
    if (count == 2) return sum && code(1) == op_code::relu ? fused_tail::add_relu : fused_tail::other;
    if (count > 2) return fused_tail::other;
    switch (code(0)) {
        case op_code::relu: return fused_tail::relu;
        case op_code::leaky_relu: return fused_tail::leaky_relu;
        case op_code::tanh: return fused_tail::tanh;
        case op_code::add: return fused_tail::add;
        default: return fused_tail::other;
    }
}
constexpr bool is_sum(fused_tail tail) { return tail == fused_tail::add || tail == fused_tail::add_relu; }

/// Inputs of a fused node that its later parts read: the other operand of each sum. They stand behind the root's.
constexpr int extra_inputs(const trace_view& t, const graph_view& g, int i) { return is_sum(tail_of(t, g, i)) ? 1 : 0; }

/// Attributes of the last part of a fused node.
constexpr const attributes& attrs_of_tail(const trace_view& t, const graph_view& g, int i) {
    const fusion& f = g.fusions[g[i].fusion];
    return t.calls[f.parts[f.count - 1]].attrs();
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
