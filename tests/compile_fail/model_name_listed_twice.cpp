// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: QUANTYPE_MODULES lists the same name twice
// EXPECT_NOTE: fc
#include "common.hpp"

struct net {
    using inputs = qz::inputs<qz::f32<1, 10>>;
    nn::linear<10, 3> fc;
    nn::relu act;
#ifdef QUANTYPE_TWIN
    QUANTYPE_MODULES(fc, act)
#else
    QUANTYPE_MODULES(fc, act, fc)
#endif
    constexpr auto forward(auto x) const { return act(fc(x)); }
};
static_assert(qz::traced<net>::ok);
