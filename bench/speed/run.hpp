// SPDX-License-Identifier: BSL-1.0
// What both speed benchmarks do around their own cases: one thread, the peaks of the machine in the same run, the other
// libraries that are installed, Google Benchmark's options.
#pragma once
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include <quantype/run/simd_kernels.hpp>

#include "peak.hpp"
#include "peer.hpp"
#ifdef QUANTYPE_BENCH_ONEDNN
#include "peer_onednn.hpp"
#endif
#ifdef QUANTYPE_BENCH_XNNPACK
#include "peer_xnnpack.hpp"
#endif

namespace bench {

using arch = quantype::kernel::simd::default_arch;

inline void report(benchmark::State& state, double macs) {
    benchmark::ClobberMemory();
    state.counters["macs"] = benchmark::Counter(macs, benchmark::Counter::kIsIterationInvariantRate);
}

/// The layers, one behind the other, in another library: "<what>/<library>". Left out where it lacks one of them.
template <class Peer>
void add_peer(const std::string& what, const std::vector<k::conv2d_config>& layers) {
    benchmark::RegisterBenchmark((what + "/" + Peer::name).c_str(), [layers](benchmark::State& state) {
        std::vector<runner> all;
        double macs = 0;
        for (const k::conv2d_config& c : layers) {
            all.push_back(Peer::layer(c));
            if (!all.back()) return state.SkipWithError("not in this library");
            macs += macs_of(c);
        }
        for (auto _ : state)
            for (const runner& run : all) run();
        report(state, macs);
    });
}
inline void add_peers([[maybe_unused]] const std::string& what,
                      [[maybe_unused]] const std::vector<k::conv2d_config>& layers) {
#ifdef QUANTYPE_BENCH_ONEDNN
    add_peer<onednn>(what, layers);
#endif
#ifdef QUANTYPE_BENCH_XNNPACK
    add_peer<xnnpack>(what, layers);
#endif
}

inline void add_peaks() {
    namespace detail = quantype::kernel::simd::detail;
    benchmark::RegisterBenchmark("peak/multiply", peak_multiply<arch, detail::exact<arch>>);
    if constexpr (detail::has_byte_pairs<arch>)
        benchmark::RegisterBenchmark("peak/pairs", peak_multiply<arch, detail::byte_pairs<arch>>);
    for (const int kilobytes : {16, 256})
        benchmark::RegisterBenchmark(
            ("peak/read " + std::to_string(kilobytes) + " KB").c_str(),
            [kilobytes](benchmark::State& s) { read_bandwidth<arch>(s, static_cast<std::size_t>(kilobytes) * 1024); });
}

/// `add`: registers a program's own benchmarks. oneDNN's threads are those of OpenMP, which reads the environment
/// before main: so the program starts itself again.
template <class Add>
int run_benchmarks(int argc, char** argv, const Add& add) {
    if (!std::getenv("OMP_NUM_THREADS")) {
        setenv("OMP_NUM_THREADS", "1", 1);
        execvp(argv[0], argv);
    }
    add_peaks();
    add();
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    benchmark::AddCustomContext("vector arch", quantype::simd_kernels<arch>::name);
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}

}  // namespace bench
