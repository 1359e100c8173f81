// SPDX-License-Identifier: BSL-1.0
// EXPECT: the two numbers differ
#ifdef QUANTYPE_TWIN
#endif
