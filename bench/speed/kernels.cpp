// SPDX-License-Identifier: BSL-1.0
// Layers of the tiny, mobile and server networks: the scalar specification, the vector kernels of the arch this program
// is compiled for, and other libraries where they are installed. In the same run: what the machine can do at the most.
// Columns: macs, multiply-adds a second; bytes, of a cache.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include <quantype/kernel/scalar/kernels.hpp>
#include <quantype/numerics/requantize.hpp>
#include <quantype/run/simd_kernels.hpp>

#include "peak.hpp"
#include "shapes.hpp"
#ifdef QUANTYPE_BENCH_ONEDNN
#include "peer_onednn.hpp"
#endif
#ifdef QUANTYPE_BENCH_XNNPACK
#include "peer_xnnpack.hpp"
#endif

namespace {

namespace qz = quantype;
using namespace bench;
using policy = qz::requantize::qnnpack;
using arch = qz::kernel::simd::default_arch;

void report(benchmark::State& state, double macs) {
    benchmark::ClobberMemory();
    state.counters["macs"] = benchmark::Counter(macs, benchmark::Counter::kIsIterationInvariantRate);
}

/// Memory that is aligned as a packed model's.
struct storage {
    struct alignas(64) block {
        unsigned char bytes[64];
    };
    std::vector<std::vector<block>> all{};
    void* operator()(std::size_t bytes) {
        all.emplace_back(bytes / sizeof(block) + 1);
        return all.back().data();
    }
};

template <class Kernels, k::conv2d_config C>
void layer(benchmark::State& state) {
    const auto x = codes<std::uint8_t>(size(C.input.height * C.input.width * C.input.channels));
    const auto w = codes<std::int8_t>(size(C.out_channels() * C.depth()));
    const std::vector<policy::params> p(size(C.out_channels()), policy::params{0, 0.0005f});
    std::vector<std::uint8_t> y(size(C.output.height * C.output.width * C.out_channels()));
    k::conv2d_args<std::uint8_t, std::uint8_t, policy::params> args{x.data(), w.data(), p.data(), y.data(), 11};
    storage packed;
    if constexpr (requires { Kernels::form(C, false); })
        k::pack_product<policy>(Kernels::form(C, false), w.data(), p.data(), C.depth(), 11, packed,
                                [&](const std::int8_t* weight, const std::uint32_t* words) {
                                    args.weight = weight;
                                    args.channels = reinterpret_cast<const policy::params*>(words);
                                });
    for (auto _ : state) {
        Kernels::template conv2d<C, policy, std::uint8_t, std::uint8_t>(args);
        benchmark::DoNotOptimize(y.data());
        benchmark::ClobberMemory();
    }
    report(state, macs_of(C));
}

template <class Peer>
void add_peer(const std::string& shape, const k::conv2d_config& c) {
    benchmark::RegisterBenchmark((shape + "/" + Peer::name).c_str(), [c](benchmark::State& state) {
        const runner run = Peer::layer(c);
        if (!run) return state.SkipWithError("not in this library");
        for (auto _ : state) run();
        report(state, macs_of(c));
    });
}

template <k::conv2d_config C>
void add(const std::string& shape) {
    using simd_set = qz::simd_kernels<arch>;
    benchmark::RegisterBenchmark((shape + "/scalar").c_str(), layer<qz::scalar_kernels, C>);
    benchmark::RegisterBenchmark((shape + "/quantype").c_str(), layer<simd_set, C>);
#ifdef QUANTYPE_BENCH_ONEDNN
    add_peer<onednn>(shape, C);
#endif
#ifdef QUANTYPE_BENCH_XNNPACK
    add_peer<xnnpack>(shape, C);
#endif
}

template <int K, int N>
void add_linear() {
    const std::string size = " K" + std::to_string(K) + " N" + std::to_string(N);
    add<rows(1, K, N)>("linear M1" + size);
    add<rows(4, K, N)>("linear M4" + size);
    add<rows(48, K, N)>("linear M48" + size);
}

/// oneDNN's threads are those of OpenMP, which reads the environment before main.
void one_thread(char** argv) {
    if (std::getenv("OMP_NUM_THREADS")) return;
    setenv("OMP_NUM_THREADS", "1", 1);
    execvp(argv[0], argv);
}

void add_peaks() {
    using exact = qz::kernel::simd::detail::exact<arch>;
    benchmark::RegisterBenchmark("peak/multiply", peak_multiply<arch, exact>);
    for (const int kilobytes : {16, 256})
        benchmark::RegisterBenchmark(
            ("peak/read " + std::to_string(kilobytes) + " KB").c_str(),
            [kilobytes](benchmark::State& s) { read_bandwidth<arch>(s, static_cast<std::size_t>(kilobytes) * 1024); });
}

}  // namespace

int main(int argc, char** argv) {
    one_thread(argv);
    add_peaks();
    add_linear<64, 64>();
    add_linear<256, 256>();
    add_linear<1024, 1024>();
    add<rows(1, 640, 128)>("linear M1 K640 N128");
    add<square(14, 64, 384, 1, 1)>("conv 1x1 14x14 64-384");
    add<square(32, 16, 16, 3, 1)>("conv 3x3 32x32 16-16");
    add<square(8, 64, 64, 3, 1)>("conv 3x3 8x8 64-64");
    add<square(14, 256, 256, 3, 1)>("conv 3x3 14x14 256-256");
    add<square(112, 32, 32, 3, 1, 32)>("depthwise 3x3 112x112 32");
    add<square(28, 192, 192, 3, 1, 192)>("depthwise 3x3 28x28 192");
    add<square(14, 384, 384, 3, 2, 384)>("depthwise 3x3 s2 14x14 384");
    add<square(48, 8, 8, 3, 1, 8)>("depthwise 3x3 48x48 8");
    add<square(224, 3, 32, 3, 2)>("stem 3x3 s2 224x224 3-32");
    add<square(224, 3, 64, 7, 2)>("stem 7x7 s2 224x224 3-64");
    add<rectangle({49, 10, 1}, 64, 10, 4, 2, {5, 5, 1, 1})>("stem 10x4 s2 49x10 1-64");
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    benchmark::AddCustomContext("vector arch", qz::simd_kernels<arch>::name);
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}
