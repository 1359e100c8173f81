// SPDX-License-Identifier: BSL-1.0
// The executor: one kernel call a step, unrolled by the compiler. Kernels are keyed by configuration, so steps of equal
// shape share code; nothing is decided at run time. Steps of a band run together, as a loop over its passes.
#pragma once
#include <utility>

#include <quantype/run/step/bands.hpp>
#include <quantype/run/step/borders.hpp>
#include <quantype/run/step/elementwise.hpp>
#include <quantype/run/step/float_ops.hpp>
#include <quantype/run/step/image.hpp>
#include <quantype/run/step/matrix.hpp>
#include <quantype/run/step/normalize.hpp>
#include <quantype/run/step/own_op.hpp>
#include <quantype/run/step/sequences.hpp>
#include <quantype/run/step/shape.hpp>
#include <quantype/run/step/standalone.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

template <class Program, std::size_t I>
using runner_of =
    std::conditional_t<(Program::plan.band_of(I) < 0), steps_of<Program, family_of(Program::plan.steps[I].kind)>,
                       steps_of_bands<Program>>;

template <class Program, class Kernels, class Hook, std::size_t... I>
void run_steps(const step_data* data, const run_buffers& b, std::index_sequence<I...>) {
    const int order[] = {(runner_of<Program, I>::template step<static_cast<int>(I), Kernels>(data[I], b),
                          Hook::template after<static_cast<int>(I)>(b), 0)...,
                         0};
    static_cast<void>(order);
}

}  // namespace detail

/// Runs the plan of a lowered model with a set of kernels.
template <class Net, class Backend, class Mapping, class Kernels, class Hook>
void execute(const step_data* data, const run_buffers& buffers) {
    using program = detail::program<Net, Backend, Mapping>;
    detail::run_steps<program, Kernels, Hook>(
        data, buffers, std::make_index_sequence<static_cast<std::size_t>(program::plan.step_count)>{});
}

QUANTYPE_END_NAMESPACE
