// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: dtype config: scale bounds must be positive, and the lower not above the upper
// EXPECT_NOTE: config
// EXPECT_NOTE: 5.0
// EXPECT_NOTE: 2.5
#include "common.hpp"

struct config : qz::dtype_config {
#ifdef QUANTYPE_TWIN
    static constexpr auto input_dtype = qz::dtype_with_constraints(qz::quint8).scale_min(0.25).scale_max(0.5);
#else
    static constexpr auto input_dtype = qz::dtype_with_constraints(qz::quint8).scale_min(0.5).scale_max(0.25);
#endif
};
struct my_backend : decltype(qz::backend_config<"mine">().set_backend_pattern_config(
                        qz::backend_pattern_config(qz::pattern<nn::relu>).add_dtype_config<config>())){};
static_assert(qz::valid_backend<my_backend>);
