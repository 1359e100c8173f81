// SPDX-License-Identifier: BSL-1.0
// Must not compile: my_backend has no pattern for conv - bn - relu.
#include "../tutorial.hpp"

using namespace tutorial;
static_assert(qz::can_quantize<conv_bn_relu_model, my_backend, my_mapping>);
