// SPDX-License-Identifier: BSL-1.0
// Catch2 under one name, whichever version the build was given.
#pragma once

#include <catch2/catch.hpp>
