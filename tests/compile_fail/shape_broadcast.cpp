// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: the operands' shapes do not broadcast
// EXPECT_NOTE: operator.add
// EXPECT_NOTE: have<10
// EXPECT_NOTE: need<8
#include "common.hpp"

struct net {
    using inputs = qz::inputs<qz::f32<1, 3, 10, 10>>;
#ifdef QUANTYPE_TWIN
    nn::conv2d<3, 3, 3, nn::padding<1>> conv;
#else
    nn::conv2d<3, 3, 3> conv;
#endif
    QUANTYPE_MODULES(conv)
    constexpr auto forward(auto x) const { return conv(x) + x; }
};
static_assert(qz::traced<net>::ok);
