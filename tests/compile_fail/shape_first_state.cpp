// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: the first state of a recurrent layer has another size than (layers, N, Hidden)
// EXPECT_NOTE: layer
#include "common.hpp"

#include <quantype/model/vocabulary/modules.hpp>

struct net {
#ifdef QUANTYPE_TWIN
    using inputs = qz::inputs<qz::f32<5, 1, 4>, qz::f32<2, 1, 3>>;
#else
    using inputs = qz::inputs<qz::f32<5, 1, 4>, qz::f32<1, 1, 3>>;
#endif
    nn::gru<4, 3, nn::bidirectional> layer;
    QUANTYPE_MODULES(layer)
    constexpr auto forward(auto x, auto h) const { return layer(x, h)[0]; }
};
static_assert(qz::traced<net>::ok);
