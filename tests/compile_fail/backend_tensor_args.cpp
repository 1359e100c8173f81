// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: the number of tensor arguments is 0 to 3
// EXPECT_NOTE: pattern_config.hpp
#include "common.hpp"

inline constexpr auto share = qz::output_share_observer_with_input;
inline constexpr auto add_row = qz::backend_pattern_config(qz::pattern<qz::fn::add>).add_dtype_config<plain>();
#ifdef QUANTYPE_TWIN
using rows = decltype(qz::backend_config<"bad">().set_backend_pattern_configs(
    linear_row, add_row.set_num_tensor_args_to_observation_type<2>(share)));
#else
using rows = decltype(qz::backend_config<"bad">().set_backend_pattern_configs(
    linear_row, add_row.set_num_tensor_args_to_observation_type<4>(share)));
#endif
struct my_backend : rows {};
static_assert(qz::valid_backend<my_backend>);
