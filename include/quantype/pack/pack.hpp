// SPDX-License-Identifier: BSL-1.0
// Packing: the numbers of a converted model in the form the kernels read, for every step of the plan.
// Takes: a plan, quantized parameters, the engine. Gives: packed_model. Refuses: multipliers that are not normal,
// biases and sums that do not fit int32, by name. Next: run.
#pragma once
#include <quantype/pack/borders.hpp>
#include <quantype/pack/elementwise.hpp>
#include <quantype/pack/float_ops.hpp>
#include <quantype/pack/matrix.hpp>
#include <quantype/pack/normalize.hpp>
#include <quantype/pack/own_op.hpp>
#include <quantype/pack/sequences.hpp>
#include <quantype/pack/shape.hpp>
#include <quantype/pack/standalone.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

template <class Engine>
void pack_step(pack_writer& w, const plan_step& s, step_data& d) {
    switch (family_of(s.kind)) {
        case step_family::borders: return pack_border(w, s, d);
        case step_family::matrix: return pack_matrix<Engine>(w, s, d);
        case step_family::elementwise: return pack_elementwise<Engine>(w, s, d);
        case step_family::image: return w.bounds(s, d);
        case step_family::normalize: return pack_normalize<Engine>(w, s, d);
        case step_family::shape: return pack_shape(w, s, d);
        case step_family::own_op: return pack_own_op(w, s, d);
        case step_family::standalone: return pack_standalone(w, s, d);
        case step_family::sequences: return pack_sequence<Engine>(w, s, d);
        case step_family::float_ops: return pack_float(w, s, d);
    }
}

/// Scale and zero point of the inputs that are codes, as the caller gave them.
inline void take_input_qparams(pack_writer& w) {
    std::size_t codes = 0;
    for (int v = 0; v < w.plan.value_count; ++v) {
        const plan_value& x = w.plan.values[v];
        if (x.place != value_place::input || !x.codes) continue;
        if (codes < w.quantized.inputs.size()) w.qparams(x) = w.quantized.inputs[codes];
        ++codes;
    }
    if (codes != w.quantized.inputs.size())
        raise("the model takes codes at " + std::to_string(codes) + " inputs, but scales and zero points of " +
              std::to_string(w.quantized.inputs.size()) + " were given to convert");
}

template <class Engine>
packed_model pack(const prepared_view& p, const graph_view& g, const plan_view& plan, const quantized_parameters& q,
                  const model_parameters& parameters) {
    if (q.values.size() != static_cast<std::size_t>(p.observer_count))
        raise("the model has " + std::to_string(p.observer_count) + " observed values, but scales and zero points of " +
              std::to_string(q.values.size()) + " were given");
    pack_writer w(p, g, plan, q, parameters);
    w.model.qparams = q.values;
    w.model.qparams.resize(q.values.size() + static_cast<std::size_t>(plan.derived_qparams));
    w.model.steps.resize(static_cast<std::size_t>(plan.step_count));
    take_input_qparams(w);
    pack_constants(w);
    for (int i = 0; i < plan.step_count; ++i)
        pack_step<Engine>(w, plan.steps[i], w.model.steps[static_cast<std::size_t>(i)]);
    return std::move(w.model);
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
