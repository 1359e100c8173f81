// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: groups must divide in_channels and out_channels
// EXPECT_NOTE: conv
// EXPECT_NOTE: have<6
// EXPECT_NOTE: need<4
#include "common.hpp"

struct net {
    using inputs = qz::inputs<qz::f32<1, 6, 10, 10>>;
#ifdef QUANTYPE_TWIN
    nn::conv2d<6, 12, 3, nn::groups<3>> conv;
#else
    nn::conv2d<6, 12, 3, nn::groups<4>> conv;
#endif
    QUANTYPE_MODULES(conv)
    constexpr auto forward(auto x) const { return conv(x); }
};
static_assert(qz::traced<net>::ok);
