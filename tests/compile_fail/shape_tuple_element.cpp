// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: the dimension is out of range for the input
// EXPECT_NOTE: operator.getitem
#include "common.hpp"

#include <quantype/model/vocabulary/modules.hpp>

struct net {
    using inputs = qz::inputs<qz::f32<5, 1, 4>>;
    nn::lstm<4, 3> layer;
    QUANTYPE_MODULES(layer)
#ifdef QUANTYPE_TWIN
    constexpr auto forward(auto x) const { return layer(x)[1][0]; }
#else
    constexpr auto forward(auto x) const { return layer(x)[2]; }
#endif
};
static_assert(qz::traced<net>::ok);
