// SPDX-License-Identifier: BSL-1.0
// How much of a model a backend quantizes, as a table by kind of op.
#pragma once
#include <cstdio>
#include <string>
#include <vector>

#include <quantype/prepare/coverage.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace report {

/// A line for each kind of op in order of first appearance, with quantized and all calls and multiply-adds, and a line
/// with the sums: "all  12 of 14 ops  1234 of 1300 MACs (94.9 %)".
inline std::string coverage_text(const prepared_view& p) {
    struct row {
        std::string op{};
        coverage_counts counts{};
    };
    std::vector<row> rows;
    const growable<node_decision> decisions = decisions_of(p);
    for (int i = p.trace.graph.first; i >= 0; i = p.trace.graph[i].next) {
        const decision d = p.report[decisions[i].at].what;
        if (d == decision::not_applicable) continue;
        const std::string op(p.trace.graph[i].op->short_name());
        std::size_t at = 0;
        while (at < rows.size() && rows[at].op != op) ++at;
        if (at == rows.size()) rows.push_back({op, {}});
        coverage_counts& c = rows[at].counts;
        const std::int64_t macs = macs_of(p.trace, p.trace.graph[i].origin);
        const bool quantized = d == decision::quantized;
        c.ops += 1;
        c.quantized_ops += quantized ? 1 : 0;
        c.macs += macs;
        c.quantized_macs += quantized ? macs : 0;
    }
    rows.push_back({"all", coverage_of(p)});
    std::size_t widest = 0;
    for (const row& r : rows) widest = r.op.size() > widest ? r.op.size() : widest;
    std::string text;
    for (const row& r : rows) {
        text += r.op + std::string(widest - r.op.size() + 2, ' ') + std::to_string(r.counts.quantized_ops) + " of " +
                std::to_string(r.counts.ops) + " ops";
        if (r.counts.macs > 0) {
            char share[16];
            std::snprintf(share, sizeof share, "%.1f", 100 * r.counts.macs_share());
            text += "  " + std::to_string(r.counts.quantized_macs) + " of " + std::to_string(r.counts.macs) +
                    " MACs (" + share + " %)";
        }
        text += "\n";
    }
    return text;
}

/// The table for a model, a backend and a mapping.
template <class Net, class Backend, class Mapping>
std::string coverage_text() {
    return coverage_text(prepared_view_of<Net, Backend, Mapping>());
}

}  // namespace report

QUANTYPE_END_NAMESPACE
