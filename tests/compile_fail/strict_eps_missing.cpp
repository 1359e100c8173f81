// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: the backend has a smallest scale, but the QConfig's observer has no eps
// EXPECT_NOTE: fc
// EXPECT_NOTE: 2.44140
#include "common.hpp"

struct floored : qz::dtype_config {
    static constexpr auto input_dtype = qz::dtype_with_constraints(qz::quint8).scale_min(0x1p-12);
    static constexpr auto output_dtype = input_dtype;
};
struct floored_backend : decltype(qz::backend_config<"floored">().set_backend_pattern_config(
                             qz::backend_pattern_config(qz::pattern<nn::linear<>>).add_dtype_config<floored>())){};
struct net {
    using inputs = qz::inputs<qz::f32<1, 10>>;
    nn::linear<10, 3> fc;
    QUANTYPE_MODULES(fc)
    constexpr auto forward(auto x) const { return fc(x); }
};
struct mapping {
#ifdef QUANTYPE_TWIN
    static constexpr auto value = qz::qconfig_mapping().set_global(good);
#else
    static constexpr auto value = qz::qconfig_mapping().set_global(
        qz::qconfig{qz::fixed_qparams_observer(0x1p-8, 0), qz::default_weight_observer});
#endif
};
static_assert(qz::can_quantize<net, floored_backend, mapping>);
