// SPDX-License-Identifier: BSL-1.0
// EXPECT: the two numbers differ
static_assert(1 == 2, "the two numbers differ");
