// SPDX-License-Identifier: BSL-1.0
// Packs norms and softmax.
#pragma once
#include <quantype/kernel/scalar/batch_norm.hpp>
#include <quantype/kernel/scalar/softmax.hpp>
#include <quantype/numerics/softmax_q31.hpp>
#include <quantype/pack/pack_writer.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// The fixed-point rule knows one output only: 1/256 and the lowest code.
template <class Rules>
void pack_softmax(pack_writer& w, const plan_step& s, step_data& d) {
    const auto input = static_cast<double>(w.qparams(w.in(s)).scale);
    const value_qparams& output = w.qparams(w.out(s));
    if constexpr (Rules::fixed_point_softmax) {
        const softmax_q31::input_scaling scaling = softmax_q31::make_scaling(input);
        if (scaling.multiplier == 0) raise(w.name(s) + ": the scale of the input does not fit the fixed-point softmax");
        if (output != value_qparams{1.0f / 256.0f, d.lo})
            raise(w.name(s) + ": the fixed-point softmax gives scale 1/256 and zero point " + std::to_string(d.lo) +
                  ", not " + std::to_string(output.scale) + " and " + std::to_string(output.zero_point));
        d.table = w.store_one(scaling);
    } else {
        d.scale = inverse_of(static_cast<double>(output.scale));
        d.table = w.store_one(kernel::make_exponentials(input));
    }
}

inline void pack_batch_norm(pack_writer& w, const plan_step& s, step_data& d) {
    const int module = w.module_of(s);
    const int n = w.attrs(s).in;
    auto* channels = w.model.store<kernel::batch_norm_params>(static_cast<std::size_t>(n));
    for (int c = 0; c < n; ++c) {
        const auto at = [&](int k) { return w.parameters.of(module, k).data[static_cast<std::size_t>(c)]; };
        channels[c] = kernel::make_batch_norm({at(0), at(1), at(2), at(3)}, static_cast<float>(w.attrs(s).scalar),
                                              static_cast<double>(w.qparams(w.in(s)).scale),
                                              static_cast<double>(w.qparams(w.out(s)).scale));
    }
    d.channels = channels;
}

inline void pack_norm(pack_writer& w, const plan_step& s, step_data& d) {
    norm_numbers n;
    n.input_scale = w.qparams(w.in(s)).scale;
    n.eps = static_cast<float>(w.attrs(s).scalar);
    const auto stored = [&](int node, int k) {
        const int module = node >= 0 ? w.graph[node].module : w.module_of(s);
        return w.model.store(w.parameters.of(module, node >= 0 ? 0 : k).data);
    };
    if (w.attrs(s).bias) {
        n.weight = stored(s.weight_node, 0);
        n.bias = stored(s.bias_node, 1);
    }
    d.channels = w.store_one(n);
    d.scale = inverse_of(static_cast<double>(w.qparams(w.out(s)).scale));
}

template <class Engine>
void pack_normalize(pack_writer& w, const plan_step& s, step_data& d) {
    w.bounds(s, d);
    if (s.kind == step_kind::batch_norm)
        pack_batch_norm(w, s, d);
    else if (s.kind == step_kind::normalize)
        pack_norm(w, s, d);
    else
        pack_softmax<arithmetic<Engine>>(w, s, d);
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
