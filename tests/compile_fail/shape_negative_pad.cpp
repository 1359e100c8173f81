// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: negative padding takes away a whole dimension
// EXPECT_NOTE: pad
// EXPECT_NOTE: have<4
// EXPECT_NOTE: need<6
#include "common.hpp"

struct net {
    using inputs = qz::inputs<qz::f32<1, 3, 8, 4>>;
#ifdef QUANTYPE_TWIN
    nn::pad<-2, -1> pad;
#else
    nn::pad<-2, -3> pad;
#endif
    QUANTYPE_MODULES(pad)
    constexpr auto forward(auto x) const { return pad(x); }
};
static_assert(qz::traced<net>::ok);
