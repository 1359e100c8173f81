// SPDX-License-Identifier: BSL-1.0
// The kernels that the demo runs in. One line to change.
#pragma once
#include <quantype/kernel/scalar/kernels.hpp>

namespace demo {
using kernel_set = quantype::scalar_kernels;
}
