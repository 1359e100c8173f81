// SPDX-License-Identifier: BSL-1.0
// One call of a kernel: the scalar specification beside the xsimd kernels of the arch this program is compiled for.
// Multiplications and additions a second are in the column macs; shapes are of the tiny and mobile networks.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <quantype/kernel/scalar/kernels.hpp>
#include <quantype/numerics/requantize.hpp>
#include <quantype/run/simd_kernels.hpp>

namespace {

namespace qz = quantype;
namespace k = qz::kernel;
using policy = qz::requantize::qnnpack;

/// Codes that repeat only after a long while, the same in every run.
template <class Code>
std::vector<Code> codes(std::size_t count) {
    std::vector<Code> v(count);
    std::uint32_t state = 2463534242U;
    for (Code& c : v) c = static_cast<Code>((state = state * 1664525U + 1013904223U) >> 24U);
    return v;
}

std::size_t size(std::int64_t n) { return static_cast<std::size_t>(n); }

void count_macs(benchmark::State& state, double macs) {
    state.counters["macs"] = benchmark::Counter(macs, benchmark::Counter::kIsIterationInvariantRate);
}

template <class Kernels, k::linear_config C>
void linear(benchmark::State& state) {
    const auto x = codes<std::uint8_t>(size(C.rows * C.in_features));
    const auto w = codes<std::int8_t>(size(C.out_features * C.in_features));
    const std::vector<policy::params> p(size(C.out_features), policy::params{0, 0.0005f});
    std::vector<std::uint8_t> y(size(C.rows * C.out_features));
    for (auto _ : state) {
        Kernels::template linear<C, policy, std::uint8_t, std::uint8_t>({x.data(), w.data(), p.data(), y.data(), 11});
        benchmark::DoNotOptimize(y.data());
        benchmark::ClobberMemory();
    }
    count_macs(state, static_cast<double>(C.rows) * C.in_features * C.out_features);
}

/// A square image of `side` pixels, padded so that stride 1 keeps its size.
constexpr k::conv2d_config square(int side, int in, int out, int kernel, int stride, int groups = 1) {
    k::conv2d_config c;
    c.input.height = c.input.width = side;
    c.input.channels = in;
    c.kernel_height = c.kernel_width = kernel;
    c.stride_height = c.stride_width = stride;
    const int pad = kernel / 2;
    c.padding = {pad, pad, pad, pad};
    c.groups = groups;
    c.output.channels = out;
    c.output.height = c.output_height();
    c.output.width = c.output_width();
    return c;
}

template <class Kernels, k::conv2d_config C>
void conv2d(benchmark::State& state) {
    const auto x = codes<std::uint8_t>(size(C.input.height * C.input.width * C.input.channels));
    const auto w = codes<std::int8_t>(size(C.out_channels() * C.depth()));
    const std::vector<policy::params> p(size(C.out_channels()), policy::params{0, 0.0005f});
    const int pixels = C.output.height * C.output.width;
    std::vector<std::uint8_t> y(size(pixels * C.out_channels()));
    for (auto _ : state) {
        Kernels::template conv2d<C, policy, std::uint8_t, std::uint8_t>({x.data(), w.data(), p.data(), y.data(), 11});
        benchmark::DoNotOptimize(y.data());
        benchmark::ClobberMemory();
    }
    count_macs(state, static_cast<double>(pixels) * C.out_channels() * C.depth());
}

template <class Kernels>
void add_all() {
    const std::string set = std::string("/") + Kernels::name;
    const auto add = [&](const char* name, void (*run)(benchmark::State&)) {
        benchmark::RegisterBenchmark((name + set).c_str(), run)->Unit(benchmark::kMicrosecond);
    };
    add("linear M1 K640 N128", linear<Kernels, k::linear_config{1, 640, 128}>);
    add("linear M16 K256 N256", linear<Kernels, k::linear_config{16, 256, 256}>);
    add("conv 1x1 14x14 64-384", conv2d<Kernels, square(14, 64, 384, 1, 1)>);
    add("conv 3x3 32x32 16-16", conv2d<Kernels, square(32, 16, 16, 3, 1)>);
    add("conv 3x3 8x8 64-64", conv2d<Kernels, square(8, 64, 64, 3, 1)>);
    add("stem 3x3 s2 96x96 3-8", conv2d<Kernels, square(96, 3, 8, 3, 2)>);
    add("depthwise 3x3 28x28 192", conv2d<Kernels, square(28, 192, 192, 3, 1, 192)>);
    add("depthwise 3x3 s2 14x14 384", conv2d<Kernels, square(14, 384, 384, 3, 2, 384)>);
}

}  // namespace

int main(int argc, char** argv) {
    add_all<qz::scalar_kernels>();
    add_all<qz::simd_kernels<>>();
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    benchmark::AddCustomContext("vector arch", qz::simd_kernels<>::name);
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}
