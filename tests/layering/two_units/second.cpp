// SPDX-License-Identifier: BSL-1.0
// One of two translation units that include every public header.
#include "all_headers.cpp"  // NOLINT(bugprone-suspicious-include): generated in the build folder

const char* second_version();
const char* second_version() { return "0"; }
