// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: cat needs equal shapes except along its dimension
// EXPECT_NOTE: torch.cat
// EXPECT_NOTE: have<5
// EXPECT_NOTE: need<10
#include "common.hpp"

struct net {
    using inputs = qz::inputs<qz::f32<1, 3, 10, 10>>;
#ifdef QUANTYPE_TWIN
    nn::max_pool2d<1> pool;
#else
    nn::max_pool2d<2> pool;
#endif
    QUANTYPE_MODULES(pool)
    constexpr auto forward(auto x) const { return qz::cat({x, pool(x)}, 1); }
};
static_assert(qz::traced<net>::ok);
