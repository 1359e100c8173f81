// SPDX-License-Identifier: BSL-1.0
// EXPECT: the two numbers differ
// EXPECT_NOTE: accept_plain.cpp
#ifdef QUANTYPE_TWIN
static_assert(1 == 1, "the two numbers differ");
#else
static_assert(1 == 2, "the two numbers differ");
#endif
