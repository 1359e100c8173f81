// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: forward must be const and take as many values as the model has inputs
// EXPECT_NOTE: net
// EXPECT_NOTE: need<2
#include "common.hpp"

struct net {
    using inputs = qz::inputs<qz::f32<1, 10>, qz::f32<1, 10>>;
    nn::linear<10, 3> fc;
    QUANTYPE_MODULES(fc)
#ifdef QUANTYPE_TWIN
    constexpr auto forward(auto x, auto y) const { return fc(x + y); }
#else
    constexpr auto forward(auto x) const { return fc(x); }
#endif
};
static_assert(qz::traced<net>::ok);
