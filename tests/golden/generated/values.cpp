// SPDX-License-Identifier: BSL-1.0
// Holds the generated test cases of one program; QUANTYPE_GENERATED_CASES names their file.
#include QUANTYPE_GENERATED_CASES
