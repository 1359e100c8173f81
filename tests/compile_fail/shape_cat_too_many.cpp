// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: the operation was called with the wrong number of inputs
// EXPECT_NOTE: torch.cat
// EXPECT_NOTE: have<17
// EXPECT_NOTE: need<16
#include "common.hpp"

struct net {
    using inputs = qz::inputs<qz::f32<1, 6>>;
    QUANTYPE_MODULES()
#ifdef QUANTYPE_TWIN
    constexpr auto forward(auto x) const { return qz::cat({x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}, 1); }
#else
    constexpr auto forward(auto x) const { return qz::cat({x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x}, 1); }
#endif
};
static_assert(qz::traced<net>::ok);
