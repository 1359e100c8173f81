// SPDX-License-Identifier: BSL-1.0
// The main function of every Catch2 2 test program, compiled once because it is slow to compile.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
