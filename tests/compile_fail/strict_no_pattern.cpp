// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: the backend has no pattern for this op, but the mapping asks to quantize it
// EXPECT_NOTE: sigmoid
// EXPECT_NOTE: torch.nn.Sigmoid
#include "common.hpp"

struct net {
    using inputs = qz::inputs<qz::f32<1, 10>>;
    nn::linear<10, 3> fc;
    nn::sigmoid sigmoid;
    QUANTYPE_MODULES(fc, sigmoid)
    constexpr auto forward(auto x) const { return sigmoid(fc(x)); }
};
struct mapping {
#ifdef QUANTYPE_TWIN
    static constexpr auto value = qz::qconfig_mapping().set_global(good).set_module_name("sigmoid", qz::no_qconfig);
#else
    static constexpr auto value = qz::qconfig_mapping().set_global(good);
#endif
};
static_assert(qz::can_quantize<net, small_backend, mapping>);
