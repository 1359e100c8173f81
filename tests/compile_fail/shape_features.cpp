// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: the input's last dimension does not match the module's in_features
// EXPECT_NOTE: fc
// EXPECT_NOTE: have<200
// EXPECT_NOTE: need<100
#include "common.hpp"

struct net {
    using inputs = qz::inputs<qz::f32<1, 2, 10, 10>>;
    nn::flatten<> flat;
#ifdef QUANTYPE_TWIN
    nn::linear<200, 3> fc;
#else
    nn::linear<100, 3> fc;
#endif
    QUANTYPE_MODULES(flat, fc)
    constexpr auto forward(auto x) const { return fc(flat(x)); }
};
static_assert(qz::traced<net>::ok);
