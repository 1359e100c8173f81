// SPDX-License-Identifier: BSL-1.0
// Paths of traced calls and aligned columns, for the reports of this folder.
#pragma once
#include <cstdio>
#include <string>
#include <vector>

#include <quantype/report/node_names.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace debug::detail {

/// "layer1.0.conv1" for a module call, "layer1.0.add" for a function called in layer1.0's forward, "x" for an input.
inline std::string path_of_call(const prepared_view& p, const report::node_names& names, int call) {
    const node& n = p.trace.graph[call];
    if (n.module >= 0) return std::string(p.trace.module_path(n.module));
    const std::string scope(p.trace.scope_path(n.scope));
    const std::string& name = names[call];
    return scope.empty() ? name : scope + "." + name;
}

inline std::string op_of_call(const prepared_view& p, int call) {
    const node& n = p.trace.graph[call];
    return n.kind == node_kind::placeholder ? "input" : std::string(n.op->short_name());
}

inline std::string number(const char* format, double x) {
    char text[40];
    std::snprintf(text, sizeof text, format, x);
    return text;
}

/// Rows of cells as lines; the first column is flush left, the others flush right.
inline std::string columns(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> width;
    for (const auto& row : rows)
        for (std::size_t c = 0; c < row.size(); ++c) {
            if (c == width.size()) width.push_back(0);
            if (row[c].size() > width[c]) width[c] = row[c].size();
        }
    std::string text;
    for (const auto& row : rows) {
        for (std::size_t c = 0; c < row.size(); ++c) {
            const std::string gap(width[c] - row[c].size(), ' ');
            text += c == 0 ? row[c] + (row.size() > 1 ? gap : "") : "  " + gap + row[c];
        }
        text += "\n";
    }
    return text;
}

}  // namespace debug::detail

QUANTYPE_END_NAMESPACE
