// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: the operation was called with the wrong number of inputs
// EXPECT_NOTE: relu
// EXPECT_NOTE: have<2
// EXPECT_NOTE: need<1
#include "common.hpp"

struct net {
    using inputs = qz::inputs<qz::f32<1, 6>>;
    nn::relu relu;
    QUANTYPE_MODULES(relu)
#ifdef QUANTYPE_TWIN
    constexpr auto forward(auto x) const { return relu(x); }
#else
    constexpr auto forward(auto x) const { return relu(x, x); }
#endif
};
static_assert(qz::traced<net>::ok);
