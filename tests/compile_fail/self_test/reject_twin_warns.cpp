// SPDX-License-Identifier: BSL-1.0
// EXPECT: the two numbers differ
#ifdef QUANTYPE_TWIN
#warning "the twin is not silent"
#else
static_assert(1 == 2, "the two numbers differ");
#endif
