// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: the backend gives a fuser to a pattern of one op: there is nothing to fuse
// EXPECT_NOTE: torch.nn.Conv2d
// EXPECT_NOTE: position<1
#include "common.hpp"

inline constexpr auto single_row =
    qz::backend_pattern_config(qz::pattern<nn::conv2d<>>).set_fuser_method([](auto, auto) { return nn::conv2d<>{}; });
#ifdef QUANTYPE_TWIN
using rows = decltype(qz::backend_config<"bad">().set_backend_pattern_configs(linear_row, fuse_row, fused_row));
#else
using rows = decltype(qz::backend_config<"bad">().set_backend_pattern_configs(linear_row, single_row));
#endif
struct my_backend : rows {};
static_assert(qz::valid_backend<my_backend>);
