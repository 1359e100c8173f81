// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: constant_pad2d takes left, right, top, bottom
#include "common.hpp"

#ifdef QUANTYPE_TWIN
constexpr auto a = nn::constant_pad2d<nn::value<1, 2>, 1, 1, 0, 0>::attrs();
#else
constexpr auto a = nn::constant_pad2d<nn::value<1, 2>, 1, 1>::attrs();
#endif
static_assert(a.axis_count == 4);
