// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: give one value or one for each dimension
// EXPECT_NOTE: check_options<2
// EXPECT_NOTE: stride<1, 2, 1, 2>
#include "common.hpp"

struct net {
    using inputs = qz::inputs<qz::f32<1, 3, 8, 8>>;
#ifdef QUANTYPE_TWIN
    nn::conv2d<3, 4, 3, nn::stride<1, 2>> conv;
#else
    nn::conv2d<3, 4, 3, nn::stride<1, 2, 1, 2>> conv;
#endif
    QUANTYPE_MODULES(conv)
    constexpr auto forward(auto x) const { return conv(x); }
};
static_assert(qz::traced<net>::ok);
