// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: dtype config: the quant range does not fit the dtype's codes
// EXPECT_NOTE: config
// EXPECT_NOTE: have<-1
// EXPECT_NOTE: need<0
#include "common.hpp"

struct config : qz::dtype_config {
#ifdef QUANTYPE_TWIN
    static constexpr auto input_dtype = qz::dtype_with_constraints(qz::quint8).quant_range(0, 255);
#else
    static constexpr auto input_dtype = qz::dtype_with_constraints(qz::quint8).quant_range(-1, 255);
#endif
};
struct my_backend : decltype(qz::backend_config<"mine">().set_backend_pattern_config(
                        qz::backend_pattern_config(qz::pattern<nn::relu>).add_dtype_config<config>())){};
static_assert(qz::valid_backend<my_backend>);
