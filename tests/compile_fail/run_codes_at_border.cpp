// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: models whose inputs or outputs are codes can be converted, but not run yet
// EXPECT_NOTE: placeholder
#include "common.hpp"

#include <quantype/lower/plan.hpp>

struct my_backend : decltype(qz::backend_config<"mine">().set_backend_pattern_configs(linear_row)){};
struct net {
    using inputs = qz::inputs<qz::f32<1, 10>>;
    nn::linear<10, 3> fc;
    QUANTYPE_MODULES(fc)
    constexpr auto forward(auto x) const { return fc(x); }
};
struct config {
#ifdef QUANTYPE_TWIN
    static constexpr auto value = qz::prepare_custom_config();
#else
    static constexpr auto value = qz::prepare_custom_config().set_input_quantized_indexes({0});
#endif
};
static_assert(qz::can_quantize<qz::customized<net, config>, my_backend, everywhere>);
static_assert(qz::can_run<qz::customized<net, config>, my_backend, everywhere>);
