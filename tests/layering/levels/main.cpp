// SPDX-License-Identifier: BSL-1.0
// Calls the baseline's entry alone: what runs comes from no other level. An exception of a type that both know is
// caught.
#include "entry.hpp"

int main() {
    const bool first = levels_test::shared(0) == "1";
    const std::string at_level = quantype::at_level<levels_test::sse2>(levels_test::model{});
    try {
        quantype::at_level<levels_test::sse2>(levels_test::model{true});
    } catch (const levels_test::problem&) {
        return first && at_level == "11223" ? 0 : 1;
    }
    return 2;
}
