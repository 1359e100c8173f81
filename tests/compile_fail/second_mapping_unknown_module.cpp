// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: the mapping given to convert names a module that the model does not have
// EXPECT_NOTE: fully_connected
#include "common.hpp"

struct net {
    using inputs = qz::inputs<qz::f32<1, 10>>;
    nn::linear<10, 3> fc;
    QUANTYPE_MODULES(fc)
    constexpr auto forward(auto x) const { return fc(x); }
};
struct second {
#ifdef QUANTYPE_TWIN
    static constexpr auto value = everywhere::value.set_module_name("fc", qz::no_qconfig);
#else
    static constexpr auto value = everywhere::value.set_module_name("fully_connected", qz::no_qconfig);
#endif
};
static_assert(qz::can_quantize<net, small_backend, qz::converted_with<everywhere, second>>);
