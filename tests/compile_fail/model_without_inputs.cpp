// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: the model gives no input shapes
// EXPECT_NOTE: net
// EXPECT_NOTE: quantype::inputs<quantype::f32<1, 3, 32, 32>>
#include "common.hpp"

struct net {
#ifdef QUANTYPE_TWIN
    using inputs = qz::inputs<qz::f32<1, 10>>;
#endif
    nn::linear<10, 3> fc;
    QUANTYPE_MODULES(fc)
    constexpr auto forward(auto x) const { return fc(x); }
};
static_assert(qz::traced<net>::ok);
