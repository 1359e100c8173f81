// SPDX-License-Identifier: BSL-1.0
// Packs ops that move codes.
#pragma once
#include <quantype/pack/pack_writer.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

inline void pack_cat(pack_writer& w, const plan_step& s, step_data& d) {
    auto* operands = w.model.store<cat_operand>(static_cast<std::size_t>(s.input_count));
    for (int k = 0; k < s.input_count; ++k) {
        const value_qparams& v = w.qparams(w.in(s, k));
        operands[k] = {v.scale, v.zero_point, v == w.qparams(w.out(s))};
    }
    d.channels = operands;
    d.scale = inverse_of(static_cast<double>(w.qparams(w.out(s)).scale));
}

inline void pack_shape(pack_writer& w, const plan_step& s, step_data& d) {
    w.bounds(s, d);
    if (s.kind == step_kind::cat) pack_cat(w, s, d);
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
