// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: this op stays in float, and quantype has no float kernel for it
// EXPECT_NOTE: forward of the model
// EXPECT_NOTE: method:masked_fill
#include "common.hpp"

#include <quantype/lower/plan.hpp>
#include <quantype/model/methods.hpp>

struct my_backend : decltype(qz::backend_config<"mine">().set_backend_pattern_configs(linear_row)){};
struct net {
    using inputs = qz::inputs<qz::f32<1, 10>>;
    nn::linear<10, 3> fc;
    QUANTYPE_MODULES(fc)
    constexpr auto forward(auto x) const {
        const auto y = fc(x);
#ifdef QUANTYPE_TWIN
        return qz::sin(y);
#else
        return y.masked_fill(y, 0.0);
#endif
    }
};
static_assert(qz::can_run<net, my_backend, everywhere, qz::keep_float>);
