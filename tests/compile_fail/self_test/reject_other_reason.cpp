// SPDX-License-Identifier: BSL-1.0
// Fails for another reason; the sentence stands only in this file's text, which a caret line would repeat.
// EXPECT: the two numbers differ
#ifndef QUANTYPE_TWIN
int value = undeclared;  // the two numbers differ
#endif
