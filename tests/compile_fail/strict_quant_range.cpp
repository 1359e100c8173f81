// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: the QConfig's quant range must fall within the backend's
// EXPECT_NOTE: fc
// EXPECT_NOTE: have<0
// EXPECT_NOTE: have<255
// EXPECT_NOTE: need<0
// EXPECT_NOTE: need<127
#include "common.hpp"

struct narrow : qz::dtype_config {
    static constexpr auto input_dtype = qz::dtype_with_constraints(qz::quint8).quant_range(0, 127);
    static constexpr auto output_dtype = input_dtype;
    static constexpr qz::dtype_with_constraints weight_dtype = qz::qint8;
};
struct narrow_backend : decltype(qz::backend_config<"narrow">().set_backend_pattern_config(
                            qz::backend_pattern_config(qz::pattern<nn::linear<>>).add_dtype_config<narrow>())){};
struct net {
    using inputs = qz::inputs<qz::f32<1, 10>>;
    nn::linear<10, 3> fc;
    QUANTYPE_MODULES(fc)
    constexpr auto forward(auto x) const { return fc(x); }
};
struct mapping {
#ifdef QUANTYPE_TWIN
    static constexpr auto value = qz::qconfig_mapping().set_global(
        qz::qconfig{qz::min_max_observer().quant_range(0, 127), qz::default_weight_observer});
#else
    static constexpr auto value = qz::qconfig_mapping().set_global(
        qz::qconfig{qz::min_max_observer().quant_range(0, 255), qz::default_weight_observer});
#endif
};
static_assert(qz::can_quantize<net, narrow_backend, mapping>);
