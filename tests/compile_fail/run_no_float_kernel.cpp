// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: this op stays in float, and quantype has no float kernel for it
// EXPECT_NOTE: norm
// EXPECT_NOTE: torch.nn.LayerNorm
#include "common.hpp"

#include <quantype/lower/plan.hpp>
#include <quantype/model/vocabulary/modules.hpp>

struct my_backend : decltype(qz::backend_config<"mine">().set_backend_pattern_configs(linear_row)){};
struct net {
    using inputs = qz::inputs<qz::f32<1, 10>>;
    nn::linear<10, 3> fc;
#ifdef QUANTYPE_TWIN
    nn::sigmoid norm;
#else
    nn::layer_norm<3> norm;
#endif
    QUANTYPE_MODULES(fc, norm)
    constexpr auto forward(auto x) const { return norm(fc(x)); }
};
static_assert(qz::can_run<net, my_backend, everywhere, qz::keep_float>);
