// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: a fixed scale must be greater than 0
// EXPECT_NOTE: sigmoid
#include "common.hpp"

struct fixed_backend : decltype(qz::backend_config<"fixed">().set_backend_pattern_config(
                           qz::backend_pattern_config(qz::pattern<nn::sigmoid>).add_dtype_config<zero_to_one>())){};
struct net {
    using inputs = qz::inputs<qz::f32<1, 10>>;
    nn::sigmoid sigmoid;
    QUANTYPE_MODULES(sigmoid)
    constexpr auto forward(auto x) const { return sigmoid(x); }
};
struct mapping {
#ifdef QUANTYPE_TWIN
    static constexpr auto value = qz::qconfig_mapping().set_module_name(
        "sigmoid", qz::qconfig{qz::fixed_qparams_observer(0x1p-8, 0), good.weight});
#else
    static constexpr auto value =
        qz::qconfig_mapping().set_module_name("sigmoid", qz::qconfig{qz::fixed_qparams_observer(0, 0), good.weight});
#endif
};
static_assert(qz::can_quantize<net, fixed_backend, mapping>);
