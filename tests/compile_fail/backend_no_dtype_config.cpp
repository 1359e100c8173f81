// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: the backend has a pattern with neither dtype config nor fuser: it could never be used
// EXPECT_NOTE: torch.nn.ReLU
// EXPECT_NOTE: position<1
#include "common.hpp"

#ifdef QUANTYPE_TWIN
using rows = decltype(qz::backend_config<"bad">().set_backend_pattern_configs(
    linear_row, qz::backend_pattern_config(qz::pattern<nn::relu>).add_dtype_config<plain>()));
#else
using rows = decltype(qz::backend_config<"bad">().set_backend_pattern_configs(
    linear_row, qz::backend_pattern_config(qz::pattern<nn::relu>)));
#endif
struct my_backend : rows {};
static_assert(qz::valid_backend<my_backend>);
