// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: dtype config: zero_point_exact_match is not a code of the dtype
// EXPECT_NOTE: config
// EXPECT_NOTE: have<256
// EXPECT_NOTE: need<255
#include "common.hpp"

struct config : qz::dtype_config {
#ifdef QUANTYPE_TWIN
    static constexpr auto input_dtype = qz::dtype_with_constraints(qz::quint8).exactly(0x1p-8, 128);
#else
    static constexpr auto input_dtype = qz::dtype_with_constraints(qz::quint8).exactly(0x1p-8, 256);
#endif
};
struct my_backend : decltype(qz::backend_config<"mine">().set_backend_pattern_config(
                        qz::backend_pattern_config(qz::pattern<nn::relu>).add_dtype_config<config>())){};
static_assert(qz::valid_backend<my_backend>);
