// SPDX-License-Identifier: BSL-1.0
// Packs standalone modules: where the module's own packed model stands, and what its codes mean.
#pragma once
#include <quantype/pack/pack_writer.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

inline void pack_standalone(pack_writer& w, const plan_step& s, step_data& d) {
    for (int k = 0; k < w.prepared.part_count; ++k) {
        if (w.prepared.parts[k].node != s.node) continue;
        d.table = w.store_one(w.plan.parts[k].program);
        if (w.out(s).codes) w.qparams(w.out(s)) = w.plan.parts[k].output;
    }
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
