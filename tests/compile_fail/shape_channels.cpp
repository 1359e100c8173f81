// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: the input's channels (dimension 1) do not match the module's
// EXPECT_NOTE: conv2
// EXPECT_NOTE: have<8
// EXPECT_NOTE: need<16
#include "common.hpp"

struct net {
    using inputs = qz::inputs<qz::f32<1, 3, 10, 10>>;
    nn::conv2d<3, 8, 3> conv1;
#ifdef QUANTYPE_TWIN
    nn::conv2d<8, 4, 3> conv2;
#else
    nn::conv2d<16, 4, 3> conv2;
#endif
    QUANTYPE_MODULES(conv1, conv2)
    constexpr auto forward(auto x) const { return conv2(conv1(x)); }
};
static_assert(qz::traced<net>::ok);
