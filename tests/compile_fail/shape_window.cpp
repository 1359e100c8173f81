// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: the kernel is larger than the padded input
// EXPECT_NOTE: pool
// EXPECT_NOTE: have<4
// EXPECT_NOTE: need<5
#include "common.hpp"

struct net {
    using inputs = qz::inputs<qz::f32<1, 3, 4, 4>>;
#ifdef QUANTYPE_TWIN
    nn::max_pool2d<4> pool;
#else
    nn::max_pool2d<5> pool;
#endif
    QUANTYPE_MODULES(pool)
    constexpr auto forward(auto x) const { return pool(x); }
};
static_assert(qz::traced<net>::ok);
