// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: the QConfig's fixed scale and zero point are not the backend's
// EXPECT_NOTE: sigmoid
// EXPECT_NOTE: 7.8125
// EXPECT_NOTE: have<128
// EXPECT_NOTE: 3.90625
// EXPECT_NOTE: need<0
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
    static constexpr auto value = qz::qconfig_mapping().set_global(
        qz::qconfig{qz::fixed_qparams_observer(0x1p-8, 0), qz::default_weight_observer});
#else
    static constexpr auto value = qz::qconfig_mapping().set_global(
        qz::qconfig{qz::fixed_qparams_observer(0x1p-7, 128), qz::default_weight_observer});
#endif
};
static_assert(qz::can_quantize<net, fixed_backend, mapping>);
