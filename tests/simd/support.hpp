// SPDX-License-Identifier: BSL-1.0
// What the programs of this folder share: the arch they must be, pseudo-random data, comparison with counting.
#pragma once
#include <quantype/kernel/contract/image.hpp>
#include <quantype/kernel/simd/arch.hpp>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <vector>

namespace simd_test {

namespace qz = quantype;
namespace k = quantype::kernel;
using arch = k::simd::default_arch;
static_assert(k::simd::arch_name<arch>() == QUANTYPE_EXPECT_ARCH, "compiled for another arch than the test claims");

/// A small generator whose numbers are the same everywhere.
class numbers {
public:
    explicit numbers(std::uint32_t seed) : state_(seed * 2654435761U + 1U) {}
    std::uint32_t next() {
        state_ ^= state_ << 13U;
        state_ ^= state_ >> 17U;
        state_ ^= state_ << 5U;
        return state_;
    }
    int below(int n) { return static_cast<int>(next() % static_cast<std::uint32_t>(n)); }
    /// lo..hi, both ends included.
    int between(int lo, int hi) { return lo + below(hi - lo + 1); }
    float real(float lo, float hi) { return lo + (hi - lo) * (static_cast<float>(next() >> 8U) / 16777216.0f); }

private:
    std::uint32_t state_;
};

/// How data is made: anything, or one of the extremes that could overflow a narrow sum.
/// `opposite` is the highest codes with the lowest weights.
enum class data { random, lowest, highest, alternating, opposite };
inline constexpr data all_data[] = {data::random, data::lowest, data::highest, data::alternating, data::opposite};

template <class Code>
std::vector<Code> codes(std::size_t count, data kind, numbers& rng) {
    std::vector<Code> v(count);
    const int lo = k::lowest_code<Code>, hi = k::highest_code<Code>;
    for (std::size_t i = 0; i < count; ++i) {
        int code = rng.between(lo, hi);
        if (kind == data::lowest) code = lo;
        if (kind == data::highest || kind == data::opposite) code = hi;
        if (kind == data::alternating) code = i % 2 ? lo : hi;
        v[i] = static_cast<Code>(code);
    }
    return v;
}

/// Comparisons made and failed so far.
struct tally {
    long long compared = 0;
    int cases = 0;
    int failed = 0;
};
inline tally& total() {
    static tally t;
    return t;
}

/// Compares two buffers bit by bit; the first difference is printed.
template <class T>
void expect_equal(const std::vector<T>& scalar, const std::vector<T>& simd, const char* what, int a = 0, int b = 0) {
    tally& t = total();
    ++t.cases;
    t.compared += static_cast<long long>(scalar.size());
    if (scalar.size() == simd.size() && std::memcmp(scalar.data(), simd.data(), scalar.size() * sizeof(T)) == 0) return;
    ++t.failed;
    std::size_t at = 0;
    while (at < scalar.size() && std::memcmp(&scalar[at], &simd[at], sizeof(T)) == 0) ++at;
    if (t.failed > 20) return;
    std::printf("FAILED %s (%d, %d): element %zu of %zu: scalar %g, simd %g\n", what, a, b, at, scalar.size(),
                static_cast<double>(scalar[at]), static_cast<double>(simd[at]));
}

/// The last line, and main's result.
inline int finish(const char* name) {
    const tally& t = total();
    std::printf("simd %s on %s: %d cases, %lld values compared, %d cases failed\n", name, QUANTYPE_EXPECT_ARCH, t.cases,
                t.compared, t.failed);
    return t.failed == 0 && t.cases > 0 ? 0 : 1;
}

}  // namespace simd_test
