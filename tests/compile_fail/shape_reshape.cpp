// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: reshape must keep the number of elements
// EXPECT_NOTE: method:reshape
// EXPECT_NOTE: have<300
// EXPECT_NOTE: need<299
#include "common.hpp"

struct net {
    using inputs = qz::inputs<qz::f32<1, 3, 10, 10>>;
    nn::relu relu;
    QUANTYPE_MODULES(relu)
#ifdef QUANTYPE_TWIN
    constexpr auto forward(auto x) const { return relu(x).reshape({1, 300}); }
#else
    constexpr auto forward(auto x) const { return relu(x).reshape({1, 299}); }
#endif
};
static_assert(qz::traced<net>::ok);
