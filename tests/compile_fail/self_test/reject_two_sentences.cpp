// SPDX-License-Identifier: BSL-1.0
// EXPECT: the two numbers differ
// EXPECT: the second sentence
#ifndef QUANTYPE_TWIN
static_assert(1 == 2, "the two numbers differ, the second sentence");
#endif
