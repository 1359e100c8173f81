// SPDX-License-Identifier: BSL-1.0
// How much of a model a backend quantizes, as constants: static_assert(coverage<net, backend, mapping>.macs_share() ==
// 1).
#pragma once
#include <quantype/prepare/decisions.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Counts over the traced model. An op is a call of a module, function or method.
struct coverage_counts {
    int ops = 0;
    int quantized_ops = 0;
    std::int64_t macs = 0;  ///< multiply-adds of linear, convolution and matmul for one input; no other op counts
    std::int64_t quantized_macs = 0;

    constexpr double ops_share() const { return ops == 0 ? 1.0 : static_cast<double>(quantized_ops) / ops; }
    constexpr double macs_share() const {
        return macs == 0 ? 1.0 : static_cast<double>(quantized_macs) / static_cast<double>(macs);
    }
    constexpr bool operator==(const coverage_counts&) const = default;
};

/// Multiply-adds of a traced call. Padding counts: positions outside the image are multiplied as well.
constexpr std::int64_t macs_of(const trace_view& t, int call) {
    const attributes& a = t.calls[call].attrs();
    const std::int64_t outputs = t.calls[call].out.count();
    if (a.code == op_code::linear) return outputs * a.in;
    if (a.code == op_code::matmul) {
        const int first = first_input(t.graph, call);
        return first < 0 ? 0 : outputs * t.calls[first].out[-1];
    }
    if (a.code != op_code::conv) return 0;
    std::int64_t window_size = a.in / a.groups;
    for (int d = 0; d < a.geometry.rank; ++d) window_size *= a.geometry.kernel[d];
    return outputs * window_size;
}

constexpr coverage_counts coverage_of(const prepared_view& p) {
    coverage_counts c;
    const growable<node_decision> decisions = decisions_of(p);
    for (int i = p.trace.graph.first; i >= 0; i = p.trace.graph[i].next) {
        const decision d = p.report[decisions[i].at].what;
        if (d == decision::not_applicable) continue;
        const std::int64_t macs = macs_of(p.trace, p.trace.graph[i].origin);
        ++c.ops;
        c.macs += macs;
        if (d != decision::quantized) continue;
        ++c.quantized_ops;
        c.quantized_macs += macs;
    }
    return c;
}

/// What `Backend` quantizes of `Net` under `Mapping`; what it cannot quantize counts as float, nothing is refused.
template <class Net, class Backend, class Mapping>
inline constexpr coverage_counts coverage = coverage_of(prepared_view_of<Net, Backend, Mapping>());

QUANTYPE_END_NAMESPACE
