// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: a pattern holds one to three ops; write longer ones as a tree
// EXPECT_NOTE: pattern.hpp
#include "common.hpp"

#ifdef QUANTYPE_TWIN
using rows = decltype(qz::backend_config<"bad">().set_backend_pattern_configs(
    linear_row,
    qz::backend_pattern_config(qz::pattern<nn::conv2d<>, nn::batch_norm2d<>, nn::relu>).add_dtype_config<weighted>()));
#else
using rows = decltype(qz::backend_config<"bad">().set_backend_pattern_configs(
    linear_row, qz::backend_pattern_config(qz::pattern<nn::conv2d<>, nn::batch_norm2d<>, nn::relu, nn::sigmoid>)
                    .add_dtype_config<weighted>()));
#endif
struct my_backend : rows {};
static_assert(qz::valid_backend<my_backend>);
