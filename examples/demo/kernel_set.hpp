// SPDX-License-Identifier: BSL-1.0
// The kernels that the demo runs in: one line to change. `quantype::scalar_kernels` gives the same bits without xsimd.
#pragma once
#include <quantype/run/simd_kernels.hpp>

namespace demo {
using kernel_set = quantype::simd_kernels<>;
}
