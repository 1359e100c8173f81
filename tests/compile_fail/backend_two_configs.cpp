// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: the backend has two configs for one pattern; the numbers are their positions
// EXPECT_NOTE: torch.nn.Linear
// EXPECT_NOTE: position<0
// EXPECT_NOTE: position<3
// EXPECT_NOTE: my_backend
#include "common.hpp"

#ifdef QUANTYPE_TWIN
using rows = decltype(qz::backend_config<"bad">().set_backend_pattern_configs(linear_row, fuse_row, fused_row));
#else
using rows =
    decltype(qz::backend_config<"bad">().set_backend_pattern_configs(linear_row, fuse_row, fused_row, linear_row));
#endif
struct my_backend : rows {};
static_assert(qz::valid_backend<my_backend>);
