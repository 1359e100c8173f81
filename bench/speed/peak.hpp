// SPDX-License-Identifier: BSL-1.0
// What this machine can do at the most, measured in the same run as the kernels: the multiplication of an arch on
// registers alone, and reading from the caches.
#pragma once
#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

#include <quantype/kernel/simd/tile.hpp>

/// The compiler must believe that the register changes.
#if defined(__aarch64__)
#define QUANTYPE_BENCH_OPAQUE(x) __asm__("" : "+w"(x))
#else
#define QUANTYPE_BENCH_OPAQUE(x) __asm__("" : "+x"(x))
#endif

namespace bench {

namespace simd = quantype::kernel::simd;

/// Twelve sums, so that no addition waits for the one before it.
template <class Arch, class Multiply>
void peak_multiply(benchmark::State& state) {
    constexpr int sums = 12, rounds = 1000;
    using ints = simd::detail::ints<Arch>;
    alignas(64) const std::int8_t bytes[64] = {1, 2, 3, 4, 5, 6, 7, 8};
    typename Multiply::vector w = Multiply::weights(bytes);
    alignas(64) typename Multiply::element row[64] = {1, 2, 3};
    typename Multiply::vector x = Multiply::row(row);
    simd::detail::several<ints, sums> acc;  // a loop over them would keep them in memory
    simd::detail::unroll<sums>([&](auto n) __attribute__((always_inline)) { acc[n()] = ints(0); });
    for (auto _ : state) {
        for (int i = 0; i < rounds; ++i)
            simd::detail::unroll<sums>([&](auto n) __attribute__((always_inline)) {
                QUANTYPE_BENCH_OPAQUE(x.data);
                acc[n()] = Multiply::add(acc[n()], x, w);
                QUANTYPE_BENCH_OPAQUE(acc[n()].data);
            });
    }
    ints sum(0);
    simd::detail::unroll<sums>([&](auto n) __attribute__((always_inline)) { sum = sum + acc[n()]; });
    benchmark::DoNotOptimize(sum);
    state.counters["macs"] = benchmark::Counter(double{rounds} * sums * simd::detail::lanes<Arch> * Multiply::group,
                                                benchmark::Counter::kIsIterationInvariantRate);
}

/// Reads `bytes` bytes once. A function of its own: around a call the compiler would keep the sums in memory.
template <class Arch>
__attribute__((noinline)) simd::detail::bytes<Arch> read_once(const std::uint8_t* from, std::size_t bytes) {
    using batch = simd::detail::bytes<Arch>;
    constexpr std::size_t width = static_cast<std::size_t>(simd::detail::width<Arch>);
    simd::detail::several<batch, 4> sum;
    simd::detail::unroll<4>([&](auto j) __attribute__((always_inline)) { sum[j()] = batch(std::uint8_t{0}); });
    for (std::size_t i = 0; i < bytes; i += 4 * width)
        simd::detail::unroll<4>([&](auto j) __attribute__((always_inline)) {
            sum[j()] = sum[j()] | batch::load_aligned(from + i + static_cast<std::size_t>(j()) * width);
        });
    return (sum[0] | sum[1]) | (sum[2] | sum[3]);
}

/// Bytes a second, from `bytes` bytes that are read again and again.
template <class Arch>
void read_bandwidth(benchmark::State& state, std::size_t bytes) {
    std::vector<std::uint8_t> data(bytes + 64, 1);
    const std::uint8_t* from = data.data() + (64 - reinterpret_cast<std::uintptr_t>(data.data()) % 64);
    for (auto _ : state) {
        __asm__ __volatile__("" : "+r"(from) : : "memory");  // other bytes, for all the compiler knows
        auto all = read_once<Arch>(from, bytes);
        benchmark::DoNotOptimize(all);
    }
    state.counters["bytes"] =
        benchmark::Counter(static_cast<double>(bytes), benchmark::Counter::kIsIterationInvariantRate);
}

}  // namespace bench
