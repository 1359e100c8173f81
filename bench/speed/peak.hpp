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
    ints acc[sums];
    for (ints& a : acc) a = ints(0);
    for (auto _ : state) {
        for (int i = 0; i < rounds; ++i)
            simd::detail::unroll<sums>([&](auto n) __attribute__((always_inline)) {
                acc[n()] = Multiply::add(acc[n()], x, w);
                QUANTYPE_BENCH_OPAQUE(acc[n()].data);
            });
        QUANTYPE_BENCH_OPAQUE(x.data);
    }
    ints sum(0);
    for (const ints& a : acc) sum = sum + a;
    benchmark::DoNotOptimize(sum);
    state.counters["macs"] = benchmark::Counter(double{rounds} * sums * simd::detail::lanes<Arch> * Multiply::group,
                                                benchmark::Counter::kIsIterationInvariantRate);
}

/// Bytes a second, from `bytes` bytes that are read again and again.
template <class Arch>
void read_bandwidth(benchmark::State& state, std::size_t bytes) {
    using batch = simd::detail::bytes<Arch>;
    constexpr std::size_t width = static_cast<std::size_t>(simd::detail::width<Arch>);
    std::vector<std::uint8_t> data(bytes + 64, 1);
    const std::uint8_t* from = data.data() + (64 - reinterpret_cast<std::uintptr_t>(data.data()) % 64);
    batch sum[4] = {batch(std::uint8_t{0}), batch(std::uint8_t{0}), batch(std::uint8_t{0}), batch(std::uint8_t{0})};
    for (auto _ : state) {
        for (std::size_t i = 0; i < bytes; i += 4 * width)
            simd::detail::unroll<4>([&](auto j) __attribute__((always_inline)) {
                sum[j()] = sum[j()] | batch::load_aligned(from + i + static_cast<std::size_t>(j()) * width);
            });
        QUANTYPE_BENCH_OPAQUE(sum[0].data);
    }
    const batch all = (sum[0] | sum[1]) | (sum[2] | sum[3]);
    benchmark::DoNotOptimize(all);
    state.counters["bytes"] =
        benchmark::Counter(static_cast<double>(bytes), benchmark::Counter::kIsIterationInvariantRate);
}

}  // namespace bench
