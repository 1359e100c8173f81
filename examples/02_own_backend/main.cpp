// SPDX-License-Identifier: BSL-1.0
// What a backend of one's own makes of a model: linear runs in int8, the rest stays float. In strict mode, the default,
// the model is refused: strict/tanh.cpp.
#include "own_backend.hpp"

#include <cstdio>
#include <quantype/run/explain.hpp>

static_assert(qz::can_quantize<net, my_device, my_mapping, qz::keep_float>);

int main() { std::printf("%s", qz::explain<net, my_device, my_mapping>().c_str()); }
