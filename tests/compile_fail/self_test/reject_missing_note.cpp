// SPDX-License-Identifier: BSL-1.0
// EXPECT: the two numbers differ
// EXPECT_NOTE: a text that is in no output
#ifndef QUANTYPE_TWIN
static_assert(1 == 2, "the two numbers differ");
#endif
