// SPDX-License-Identifier: BSL-1.0
// The parts of the demo. Each prints, and says whether all was as it should be.
#pragma once

namespace demo {

bool backend_tutorial();    ///< (a)
bool experiments();         ///< (b)
bool strict_experiments();  ///< (c)
bool digits();              ///< (d)

}  // namespace demo
