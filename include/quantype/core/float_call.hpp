// SPDX-License-Identifier: BSL-1.0
// A call of an op in float32, as an op of the user's own gets it.
#pragma once
#include <quantype/core/attributes.hpp>
#include <quantype/core/tensor_view.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Inputs and output are dense and row-major in logical order; the output has the shape that `infer` gave, and no
/// memory in common with the inputs. A batch may be larger than the model's. `parameters`: those of a module, in the
/// order of its parameters(), at most four; null for a function.
struct float_call {
    const attributes& attrs;
    const tensor_view<const float>* inputs;
    int input_count;
    const float* const* parameters;
    tensor_view<float> output;
};

QUANTYPE_END_NAMESPACE
