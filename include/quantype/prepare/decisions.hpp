// SPDX-License-Identifier: BSL-1.0
// The decision that holds for each node of the traced model, fused nodes and parts of patterns included.
#pragma once
#include <quantype/prepare/prepare_stage.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Where the decision on a traced node stands.
struct node_decision {
    int at = -1;          ///< node of the prepared graph whose finding holds for it
    int fused_into = -1;  ///< the fused node it became part of, or -1
};

/// By node of the traced graph.
constexpr growable<node_decision> decisions_of(const prepared_view& p) {
    growable<node_decision> r;
    r.resize(p.traced_nodes);
    for (int i = 0; i < p.traced_nodes; ++i) r[i].at = i;
    for (int k = p.graph.first; k >= 0; k = p.graph[k].next) {
        if (p.graph[k].fusion < 0) continue;
        const fusion& f = p.graph.fusions[p.graph[k].fusion];
        for (int part = 0; part < f.count; ++part)
            if (f.parts[part] < p.traced_nodes && p.graph[f.parts[part]].erased) r[f.parts[part]] = {k, k};
    }
    for (node_decision& d : r)
        if (p.report[d.at].what == decision::inside_pattern && p.match_last[d.at] >= 0) d.at = p.match_last[d.at];
    return r;
}

QUANTYPE_END_NAMESPACE
