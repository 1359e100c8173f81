// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: forward calls a module that is not listed in QUANTYPE_MODULES
// EXPECT_NOTE: net
#include "common.hpp"

struct net {
    using inputs = qz::inputs<qz::f32<1, 10>>;
    nn::linear<10, 3> fc;
    nn::relu act;
#ifdef QUANTYPE_TWIN
    QUANTYPE_MODULES(fc, act)
#else
    QUANTYPE_MODULES(fc)
#endif
    constexpr auto forward(auto x) const { return act(fc(x)); }
};
static_assert(qz::traced<net>::ok);
