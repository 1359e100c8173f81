// SPDX-License-Identifier: BSL-1.0
// EXPECT: the two numbers differ
#ifdef QUANTYPE_TWIN
static_assert(1 == 2, "the twin is wrong too");
#else
static_assert(1 == 2, "the two numbers differ");
#endif
