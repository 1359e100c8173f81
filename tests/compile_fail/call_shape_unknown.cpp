// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: the shape of this value cannot be inferred
// EXPECT_NOTE: torch.unsqueeze
#include "common.hpp"

#include <quantype/model/vocabulary/functions.hpp>

struct net {
    using inputs = qz::inputs<qz::f32<1, 10>>;
    nn::linear<10, 3> fc;
    QUANTYPE_MODULES(fc)
#ifdef QUANTYPE_TWIN
    constexpr auto forward(auto x) const { return qz::call<qz::fn::clamp>(fc(x), 0, 1); }
#else
    constexpr auto forward(auto x) const { return qz::call<qz::fn::unsqueeze>(fc(x), 0); }
#endif
};
static_assert(qz::traced<net>::ok);
