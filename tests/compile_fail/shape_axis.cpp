// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: the dimension is out of range for the input
// EXPECT_NOTE: method:mean
// EXPECT_NOTE: have<4
// EXPECT_NOTE: need<4
#include "common.hpp"

struct net {
    using inputs = qz::inputs<qz::f32<1, 3, 10, 10>>;
    nn::relu relu;
    QUANTYPE_MODULES(relu)
#ifdef QUANTYPE_TWIN
    constexpr auto forward(auto x) const { return relu(x.mean({3})); }
#else
    constexpr auto forward(auto x) const { return relu(x.mean({4})); }
#endif
};
static_assert(qz::traced<net>::ok);
