// SPDX-License-Identifier: BSL-1.0
// PyTorch's backends, sent through the exporter, against the hand-written ones.
#include "tables.hpp"

TEST_CASE("exported tables are the hand-written ones", "[golden]") { compare_all(); }
