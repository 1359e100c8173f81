// SPDX-License-Identifier: BSL-1.0
// Which values of a lowered graph are wanted channels last: the first thing the planner asks.
#pragma once
#include <quantype/lower/lower_graph.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// Attributes of the call that carries the weight: the first part of a fused module.
constexpr const attributes& attrs_of_root(const prepared_view& p, const graph_view& g, int i) {
    return g[i].fusion < 0 ? p.trace.call(g[i]).attrs() : p.trace.calls[g.fusions[g[i].fusion].parts[0]].attrs();
}

/// By node: its codes are read by something that works on channels-last images, directly or through elementwise ops.
constexpr growable<bool> channels_last_wishes(const prepared_view& p, const graph_view& g) {
    growable<bool> wished;
    wished.resize(g.node_count);
    for (int u = g.last; u >= 0; u = g[u].previous) {
        if (g[u].form != node_form::quantized) continue;
        bool wish = wished[u];
        switch (attrs_of_root(p, g, u).code) {
            case op_code::conv:
            case op_code::max_pool:
            case op_code::avg_pool:
            case op_code::adaptive_avg_pool:
            case op_code::mean:
            case op_code::batch_norm: wish = true; break;
            case op_code::linear: wish = false; break;
            default: break;
        }
        if (wish) for_each_input(g, u, [&](const argument& a) { wished[a.value] = true; });
    }
    return wished;
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
