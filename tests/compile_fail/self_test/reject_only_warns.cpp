// SPDX-License-Identifier: BSL-1.0
// Compiles, with a warning that holds the sentence.
// EXPECT: the two numbers differ
#ifndef QUANTYPE_TWIN
#warning "error: the two numbers differ"
#endif
