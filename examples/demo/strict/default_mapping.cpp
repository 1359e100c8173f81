// SPDX-License-Identifier: BSL-1.0
// Must not compile: the default mapping allows smaller scales than my_backend does.
#include <quantype/qconfig/default_mappings.hpp>

#include "../tutorial.hpp"

using namespace tutorial;
static_assert(qz::can_quantize<conv_relu_model, my_backend, qz::default_x86_mapping>);
