// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: models with inputs of true and false can be converted, but not run yet
#include "common.hpp"

#include <quantype/lower/plan.hpp>

struct my_backend : decltype(qz::backend_config<"mine">().set_backend_pattern_configs(linear_row)){};
struct net {
#ifdef QUANTYPE_TWIN
    using inputs = qz::inputs<qz::f32<1, 10>>;
#else
    using inputs = qz::inputs<qz::boolean<1, 10>>;
#endif
    nn::linear<10, 3> fc;
    QUANTYPE_MODULES(fc)
    constexpr auto forward(auto x) const { return fc(x); }
};
static_assert(qz::can_quantize<net, my_backend, everywhere>);
static_assert(qz::can_run<net, my_backend, everywhere>);
