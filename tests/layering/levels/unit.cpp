// SPDX-License-Identifier: BSL-1.0
// Stands for a level's unit: an entry, and inline functions of the standard library that every level compiles.
// QUANTYPE_BEFORE_MAIN: with a variable that is made before main. QUANTYPE_UNNAMED: with an entry that cannot be seen.
#include <stdexcept>
#include <string>
#include <vector>

#include "entry.hpp"

namespace {
struct unseen : levels_test::model {};
#if defined(QUANTYPE_BEFORE_MAIN)
const std::vector<int> made_early(3);
#endif
}  // namespace

#if defined(QUANTYPE_UNNAMED)
using model = unseen;
#else
using model = levels_test::model;
#endif

template <>
std::string quantype::at_level<levels_test::QUANTYPE_LEVEL>(const model& m) {
    if (m.wrong) throw levels_test::problem();
    std::vector<std::string> words;
    for (int i = 0; i < 3; ++i) words.push_back(levels_test::shared(i));
    if (words.size() != 3) throw std::runtime_error(words[0]);
    return words[0] + words[1] + words[2];
}
