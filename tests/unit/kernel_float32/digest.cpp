// SPDX-License-Identifier: BSL-1.0
// One number over the outputs of the float32 kernels: the same in constant expressions and from every compiler,
// instruction set (with or without fused multiply-add) and optimisation level.
#include <quantype/kernel/float32/evaluate.hpp>

#include <array>
#include <bit>
#include <cstdint>

#include "support/catch.hpp"

namespace {

namespace f32 = quantype::kernel::float32;
using quantype::attributes;
using quantype::op_code;
using quantype::shape;

constexpr int capacity = 2400;

struct state {
    std::array<float, capacity> x{}, w{}, y{};
    std::uint32_t seed = 1;
    std::uint64_t hash = 14695981039346656037U;

    constexpr void fill(std::array<float, capacity>& to, int n) {
        for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
            seed = seed * 1664525U + 1013904223U;
            to[i] = static_cast<float>(static_cast<int>(seed >> 8U) - 8388608) * 0x1p-21F;  // [-4, 4)
        }
    }
    constexpr void run(const attributes& a, shape in, shape out, const float* const* parameters) {
        const quantype::tensor_view<const float> view{x.data(), in};
        if (!f32::evaluate(a, &view, 1, parameters, {y.data(), out})) hash = 0;
        for (std::size_t i = 0; i < static_cast<std::size_t>(out.count()); ++i)
            hash = (hash ^ std::bit_cast<std::uint32_t>(y[i])) * 1099511628211U;
    }
};

constexpr attributes with(op_code code, int in, int out) {
    attributes a;
    a.code = code;
    a.in = in;
    a.out = out;
    a.axis_count = 1;
    a.axes[0] = -1;
    return a;
}

/// `size` sets the work: 1 is small enough for the compiler.
constexpr std::uint64_t digest(int size) {
    state s;
    const int n = 4 + 6 * size;
    s.fill(s.x, 2 * n * n);
    s.fill(s.w, 3 * 2 * 9 + 3);
    const float* const weights[] = {s.w.data(), s.w.data() + 54};
    attributes conv = with(op_code::conv, 2, 3);
    conv.bias = true;
    conv.geometry = {2, {3, 3, 1}, {1, 1, 1}, {1, 1, 0}, {1, 1, 0}};
    s.run(conv, shape(1, 2, n, n), shape(1, 3, n, n), weights);
    s.run(with(op_code::linear, n, 2), shape(n, n), shape(n, 2), weights);
    const float variance[] = {0.25F, 3.1F}, mean[] = {0.1F, -0.3F};
    const float* const norm[] = {s.w.data(), s.w.data() + 2, mean, variance};
    attributes batch_norm = with(op_code::batch_norm, 2, 2);
    batch_norm.scalar = 1e-5;
    s.run(batch_norm, shape(1, 2, n, n), shape(1, 2, n, n), norm);
    attributes pool = with(op_code::avg_pool, 0, 0);
    pool.geometry = {2, {3, 3, 1}, {1, 1, 1}, {1, 1, 0}, {1, 1, 0}};
    s.run(pool, shape(1, 2, n, n), shape(1, 2, n, n), nullptr);
    for (op_code code : {op_code::softmax, op_code::mean, op_code::hardswish, op_code::hardsigmoid, op_code::sigmoid,
                         op_code::tanh, op_code::sin})
        s.run(with(code, 0, 0), shape(n, n), code == op_code::mean ? shape(n) : shape(n, n), nullptr);
    return s.hash;
}

constexpr std::uint64_t small = 10541785106195436364U;
constexpr std::uint64_t large = 15970954227101555174U;
static_assert(digest(0) == small);

}  // namespace

TEST_CASE("kernel/float32: the same bits on every machine", "[float32]") {
    CHECK(digest(0) == small);
    CHECK(digest(4) == large);
}
