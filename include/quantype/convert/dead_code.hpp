// SPDX-License-Identifier: BSL-1.0
// Removes nodes that nothing reads, last to first; inputs and the output stay. PyTorch: Graph.eliminate_dead_code.
#pragma once
#include <quantype/model/graph.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

constexpr void remove_dead_code(graph_builder& g) {
    growable<bool> read;
    read.resize(g.nodes.size());
    for (int i = g.last; i >= 0;) {
        const int previous = g.nodes[i].previous;
        const node_kind k = g.nodes[i].kind;
        if (!read[i] && k != node_kind::output && k != node_kind::placeholder)
            g.erase(i);
        else
            for_each_input(g.view(), i, [&](const argument& a) { read[a.value] = true; });
        i = previous;
    }
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
