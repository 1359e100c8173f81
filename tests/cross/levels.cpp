// SPDX-License-Identifier: BSL-1.0
// What the choice of a level at run time sees of this CPU: on AArch64 the levels that its kernel reports, elsewhere
// none but the scalar kernels.
#include <quantype/run/levels.hpp>

#include <cstdio>
#include <string_view>

namespace {

namespace levels = quantype::levels;

/// The best of the levels on this CPU; the last.
template <class... Level>
std::string_view best_of(levels::list<Level...>) {
    std::string_view best = "none";
    ((Level::on_cpu() ? best = Level::name : best), ...);
    return best;
}

}  // namespace

int main() {
    const std::string_view best = best_of(levels::all{}), expected = QUANTYPE_EXPECT_ARCH;
    const bool right = best == expected && !levels::sse2::on_cpu() && !levels::avx2::on_cpu() &&
                       levels::neon64::on_cpu() == (std::string_view(QUANTYPE_EXPECT_MACHINE) == "aarch64");
    std::printf("%s: best level %s, expected %s\n", QUANTYPE_EXPECT_MACHINE, best.data(), expected.data());
    return right ? 0 : 1;
}
