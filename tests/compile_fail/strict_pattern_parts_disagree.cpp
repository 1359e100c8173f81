// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: all ops of a pattern must have the same QConfig
// EXPECT_NOTE: relu
// EXPECT_NOTE: torch.nn.ReLU
#include "common.hpp"

struct pair_backend
    : decltype(qz::backend_config<"pair">().set_backend_pattern_config(
          qz::backend_pattern_config(qz::pattern<nn::linear<>, nn::relu>).add_dtype_config<weighted>())){};
struct net {
    using inputs = qz::inputs<qz::f32<1, 10>>;
    nn::linear<10, 3> fc;
    nn::relu relu;
    QUANTYPE_MODULES(fc, relu)
    constexpr auto forward(auto x) const { return relu(fc(x)); }
};
struct mapping {
#ifdef QUANTYPE_TWIN
    static constexpr auto value = qz::qconfig_mapping().set_global(good);
#else
    static constexpr auto value = qz::qconfig_mapping().set_global(good).set_module_name("fc", qz::default_qconfig);
#endif
};
static_assert(qz::can_quantize<net, pair_backend, mapping>);
