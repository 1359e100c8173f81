// SPDX-License-Identifier: BSL-1.0
// Must not compile: my_device has no pattern for tanh.
#include "../own_backend.hpp"

static_assert(qz::can_quantize<net, my_device, my_mapping>);
