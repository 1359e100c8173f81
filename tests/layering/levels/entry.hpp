// SPDX-License-Identifier: BSL-1.0
// What unit.cpp and main.cpp share; the entry has the name of run/level_model.hpp's.
#pragma once
#include <string>

namespace quantype {
inline namespace v0 {
template <class Level, class Model>
std::string at_level(const Model& model);
}  // namespace v0
}  // namespace quantype

namespace levels_test {

struct model {
    bool wrong = false;
};
struct problem {
    virtual ~problem() = default;
};
struct sse2 {};
struct avx2 {};
struct avx512bw {};

/// Inline, with a variable of its own: each level has its own copy.
inline __attribute__((noinline)) std::string shared(int i) {
    static int calls = 0;
    return std::to_string(10 * i + ++calls);
}

}  // namespace levels_test
