// SPDX-License-Identifier: BSL-1.0
// Holds the generated models of single ops; QUANTYPE_GENERATED_CASES names their file.
#include QUANTYPE_GENERATED_CASES
