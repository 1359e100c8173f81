// SPDX-License-Identifier: BSL-1.0
// Compiles: the digits network fits the qnnpack backend. The demo measures how long the compiler takes to find out.
#include "../digits_net.hpp"
