// SPDX-License-Identifier: BSL-1.0
// Packs quantize and dequantize.
#pragma once
#include <quantype/pack/pack_writer.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

inline void pack_border(pack_writer& w, const plan_step& s, step_data& d) {
    if (s.kind == step_kind::quantize) {
        w.bounds(s, d);
        d.scale = inverse_of(static_cast<double>(w.qparams(w.out(s)).scale));
    } else if (s.kind == step_kind::dequantize) {
        d.scale = w.qparams(w.in(s)).scale;
        d.a_zero_point = w.qparams(w.in(s)).zero_point;
    }
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
