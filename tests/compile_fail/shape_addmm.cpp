// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: the operands' shapes do not broadcast
// EXPECT_NOTE: torch.addmm
#include "common.hpp"

#include <quantype/model/functional_matrix.hpp>

struct net {
    using inputs = qz::inputs<qz::f32<2, 4>>;
    nn::parameter<4, 3> weight;
#ifdef QUANTYPE_TWIN
    nn::parameter<3> bias;
#else
    nn::parameter<4> bias;
#endif
    QUANTYPE_MODULES(weight, bias)
    constexpr auto forward(auto x) const { return qz::addmm(bias, x, weight); }
};
static_assert(qz::traced<net>::ok);
