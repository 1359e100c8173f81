// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: this op takes one tensor, but is given several (output and state); name one by y[0]
// EXPECT_NOTE: fc
#include "common.hpp"

#include <quantype/model/vocabulary/modules.hpp>

struct net {
    using inputs = qz::inputs<qz::f32<5, 1, 4>>;
    nn::lstm<4, 3> layer;
    nn::linear<3, 2> fc;
    QUANTYPE_MODULES(layer, fc)
#ifdef QUANTYPE_TWIN
    constexpr auto forward(auto x) const { return fc(layer(x)[0]); }
#else
    constexpr auto forward(auto x) const { return fc(layer(x)); }
#endif
};
static_assert(qz::traced<net>::ok);
