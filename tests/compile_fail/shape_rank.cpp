// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: the input has the wrong number of dimensions for this module
// EXPECT_NOTE: features.0
// EXPECT_NOTE: have<3
// EXPECT_NOTE: need<4
#include "common.hpp"

struct net {
#ifdef QUANTYPE_TWIN
    using inputs = qz::inputs<qz::f32<1, 3, 10, 10>>;
#else
    using inputs = qz::inputs<qz::f32<1, 3, 10>>;
#endif
    qz::sequential<nn::conv2d<3, 8, 3>> features;
    QUANTYPE_MODULES(features)
    constexpr auto forward(auto x) const { return features(x); }
};
static_assert(qz::traced<net>::ok);
