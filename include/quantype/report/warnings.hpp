// SPDX-License-Identifier: BSL-1.0
// The warnings that PyTorch gives when a QConfig breaks a backend's constraints.
// Takes: a prepared view. Gives: the texts, in execution order of the patterns. A dtype that merely differs is silent.
#pragma once
#include <string>
#include <vector>

#include <quantype/host/warnings.hpp>
#include <quantype/prepare/prepare_stage.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace report {

namespace detail {

/// The text for one failed alternative; empty for a failure that PyTorch does not mention.
inline std::string warning_text(const finding& f, const qconfig& q, const std::string& printed) {
    namespace w = quantype::warnings;
    const w::which which = f.on_weight ? w::which::weight : w::which::activation;
    const observer_config& o = f.on_weight ? q.weight : q.activation;
    const auto range = [](const double(&r)[2]) {
        return code_range{static_cast<std::int64_t>(r[0]), static_cast<std::int64_t>(r[1])};
    };
    switch (f.what) {
        case decision::quant_range_missing: return w::quant_range_missing(which, printed);
        case decision::quant_range: return w::quant_range_outside(which, range(f.have), range(f.need), printed);
        case decision::scale_min_missing: return w::eps_missing(which, printed);
        case decision::scale_min: return w::eps_too_small(which, o, f.need[0], printed);
        case decision::fixed_missing: return w::fixed_qparams_missing(printed);
        case decision::fixed_mismatch:
            return w::fixed_qparams_differ(o, f.need[0], static_cast<std::int64_t>(f.need[1]), printed);
        default: return "";
    }
}

}  // namespace detail

/// One warning for every alternative of a pattern that a constraint rules out, until one passes.
inline std::vector<std::string> predicted_warnings(const prepared_view& p) {
    std::vector<std::string> r;
    const graph_builder fused = fuse_graph(p.trace.graph, p.backend, p.options.training);
    const graph_view g = fused.view();
    const quantype::detail::match_table matches =
        quantype::detail::find_matches(g, p.backend, quantype::detail::match_mode::any);
    for (int i = g.first; i >= 0; i = g[i].next) {
        if (i >= matches.match_of.size() || matches.match_of[i] < 0 || !p.config_of(i)) continue;
        const quantype::detail::pattern_match& m = matches.matches[matches.match_of[i]];
        if (m.last != i) continue;
        // A QConfig that hangs on a module prints with the argument that puts its observers on the module's device.
        const qconfig& q = *p.config_of(i);
        const std::string printed = to_string(q, g[i].kind == node_kind::call_module ? attached_arguments : "{}");
        const quantype::detail::pattern_entry& e = p.backend.patterns[m.pattern];
        for (int k = 0; k < e.dtype_config_count; ++k) {
            const finding f = quantype::detail::check_dtype_config(g, m, p.backend, q,
                                                                   p.backend.dtype_configs[e.first_dtype_config + k]);
            if (f.what == decision::quantized) break;
            const std::string text = detail::warning_text(f, q, printed);
            if (!text.empty()) r.push_back(text);
        }
    }
    return r;
}

}  // namespace report

QUANTYPE_END_NAMESPACE
