// SPDX-License-Identifier: BSL-1.0
// QUANTYPE_TEST_FLAGS: -O3 -ffast-math
// Quotients by one divisor, each rounded once: a compiler that may, computes 1 / divisor and multiplies. The numbers of
// rules that divide twice by the same are compared with those of constant evaluation.
#include <array>

#include <quantype/numerics/add_rules.hpp>
#include <quantype/numerics/choose_qparams.hpp>

#include "simd/support.hpp"

namespace {

using namespace simd_test;
using sum = qz::add_rule::qnnpack;
constexpr int count = 200;

struct triples {
    float a[count], b[count], c[count];
};
constexpr triples made = [] {
    triples t{};
    std::uint32_t state = 1;
    const auto next = [&] {
        state = state * 1664525U + 1013904223U;
        return static_cast<float>(state >> 8U) / 83886080.0f + 1e-3f;
    };
    for (int i = 0; i < count; ++i) t.a[i] = next(), t.b[i] = next(), t.c[i] = next();
    return t;
}();

constexpr std::array<std::int32_t, 5> numbers_of(float a, float b, float c) {
    const auto p = sum::make({static_cast<double>(a), static_cast<double>(b), static_cast<double>(c)}).params;
    const auto q = qz::choose_dynamic_qparams(-a, b, {0, 255});
    return {p.a_multiplier, p.b_multiplier, p.shift, std::bit_cast<std::int32_t>(q.scale), q.zero_point};
}
constexpr auto expected = [] {
    std::array<std::array<std::int32_t, 5>, count> r{};
    for (int i = 0; i < count; ++i) r[static_cast<std::size_t>(i)] = numbers_of(made.a[i], made.b[i], made.c[i]);
    return r;
}();

}  // namespace

int main() {
    triples t = made;
    __asm__("" : "+m"(t));
    std::vector<std::int32_t> want, got;
    for (int i = 0; i < count; ++i) {
        for (const std::int32_t n : expected[static_cast<std::size_t>(i)]) want.push_back(n);
        for (const std::int32_t n : numbers_of(t.a[i], t.b[i], t.c[i])) got.push_back(n);
    }
    expect_equal(want, got, "constant evaluation and run time");
    return finish("same_divisor");
}
