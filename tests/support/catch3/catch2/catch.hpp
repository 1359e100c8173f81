// SPDX-License-Identifier: BSL-1.0
// Catch2 2's header name for Catch2 3. This folder is on the include path only with QUANTYPE_CATCH2_SOURCE_DIR.
#pragma once

#include <catch2/catch_all.hpp>

using Catch::Approx;
