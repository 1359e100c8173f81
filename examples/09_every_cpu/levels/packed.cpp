// SPDX-License-Identifier: BSL-1.0
// Compiled once for each level, with that level's flags.
#include "../model.hpp"

#include <quantype/run/simd_kernels.hpp>
namespace qz = quantype;

template <>
qz::level_model qz::at_level<qz::this_level>(const every_cpu::model& m) {
    return m.with<qz::simd_kernels<>>();
}
