// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: a value of the model has more bytes than the plan allows
// EXPECT_NOTE: placeholder
// EXPECT_NOTE: need<268435456
#include "common.hpp"

#include <quantype/lower/plan.hpp>

#ifdef QUANTYPE_TWIN
inline constexpr int rows = 1 << 20;
#else
inline constexpr int rows = 1 << 28;
#endif
struct my_backend : decltype(qz::backend_config<"mine">().set_backend_pattern_configs(linear_row)){};
struct net {
    using inputs = qz::inputs<qz::f32<rows, 10>>;
    nn::linear<10, 3> fc;
    QUANTYPE_MODULES(fc)
    constexpr auto forward(auto x) const { return fc(x); }
};
static_assert(qz::can_run<net, my_backend, everywhere>);
