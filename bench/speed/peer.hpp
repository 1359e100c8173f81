// SPDX-License-Identifier: BSL-1.0
// A layer of another library, for orientation: u8 or s8 activations, s8 weights, one thread, packed once. Each peer is
// a header with a class that takes a configuration and runs it; one that cannot says so and is left out.
#pragma once
#include <cstdint>
#include <functional>

#include "shapes.hpp"

namespace bench {

/// What runs the layer once; empty where the library does not have it.
using runner = std::function<void()>;

}  // namespace bench
