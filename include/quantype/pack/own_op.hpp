// SPDX-License-Identifier: BSL-1.0
// Packs ops with a kernel of the backend's own: scale and zero point of each input, then of the output.
#pragma once
#include <quantype/pack/float_ops.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

inline void pack_own_op(pack_writer& w, const plan_step& s, step_data& d) {
    auto* qparams = w.model.store<value_qparams>(static_cast<std::size_t>(s.input_count + 1));
    for (int k = 0; k < s.input_count; ++k) qparams[k] = w.qparams(w.in(s, k));
    qparams[s.input_count] = w.qparams(w.out(s));
    d.channels = qparams;
    const int module = w.prepared.trace.graph[traced_node(w.prepared.trace, w.graph[s.node].origin)].module;
    if (module >= 0) d.table = static_cast<const void*>(own_parameters(w, module));
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
