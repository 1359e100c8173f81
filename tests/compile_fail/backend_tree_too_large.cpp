// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: a pattern tree holds at most 8 nodes, match_all included
// EXPECT_NOTE: pattern.hpp
#include "common.hpp"

using pair = qz::tree<qz::fn::mul, qz::match_all, qz::match_all>;
#ifdef QUANTYPE_TWIN
using rows = decltype(qz::backend_config<"bad">().set_backend_pattern_configs(
    linear_row, qz::backend_pattern_config(qz::tree<qz::fn::add, pair, pair>{}).add_dtype_config<plain>()));
#else
using rows = decltype(qz::backend_config<"bad">().set_backend_pattern_configs(
    linear_row, qz::backend_pattern_config(qz::tree<qz::fn::add, pair, pair, pair>{}).add_dtype_config<plain>()));
#endif
struct my_backend : rows {};
static_assert(qz::valid_backend<my_backend>);
