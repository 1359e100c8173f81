// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: the backend fuses a pattern, but has no config with a dtype config for the fused class
// EXPECT_NOTE: intrinsic.ConvReLU
// EXPECT_NOTE: 2d
// EXPECT_NOTE: position<1
#include "common.hpp"

#ifdef QUANTYPE_TWIN
using rows = decltype(qz::backend_config<"bad">().set_backend_pattern_configs(linear_row, fuse_row, fused_row));
#else
using rows = decltype(qz::backend_config<"bad">().set_backend_pattern_configs(linear_row, fuse_row));
#endif
struct my_backend : rows {};
static_assert(qz::valid_backend<my_backend>);
