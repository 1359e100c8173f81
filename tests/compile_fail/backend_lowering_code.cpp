// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: a lowering is an op with op_code::custom
// EXPECT_NOTE: set_lowering
#include "common.hpp"

struct my_kernel {
#ifdef QUANTYPE_TWIN
    static constexpr qz::op_info op{"mine.linear", qz::node_kind::call_function, qz::op_code::custom};
#else
    static constexpr qz::op_info op{"mine.linear", qz::node_kind::call_function, qz::op_code::linear};
#endif
};
inline constexpr auto row = linear_row.set_lowering<my_kernel>();
