// SPDX-License-Identifier: BSL-1.0
// Layers of the tiny, mobile and server networks: the scalar specification, the vector kernels of the arch this program
// is compiled for, and other libraries where they are installed. In the same run: what the machine can do at the most.
// Columns: macs, multiply-adds a second; bytes, of a cache.
#include <string>
#include <vector>

#include <quantype/kernel/scalar/kernels.hpp>
#include <quantype/numerics/requantize.hpp>

#include "run.hpp"

namespace {

namespace qz = quantype;
using namespace bench;
using policy = qz::requantize::qnnpack;

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
    auto x = codes<std::uint8_t>(size(C.input.height * C.input.width * C.input.channels));
    if (C.input_codes().known())
        for (std::uint8_t& code : x) code &= 127;
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

/// Codes 0..127: products are summed up in 16 bits where the arch has that.
constexpr k::conv2d_config in_pairs(k::conv2d_config c) {
    c.input_hi = 127;
    return c;
}

template <k::conv2d_config C>
void add(const std::string& shape) {
    using simd_set = qz::simd_kernels<arch>;
    benchmark::RegisterBenchmark((shape + "/scalar").c_str(), layer<qz::scalar_kernels, C>);
    benchmark::RegisterBenchmark((shape + "/quantype").c_str(), layer<simd_set, C>);
    if constexpr (qz::kernel::simd::detail::has_byte_pairs<arch> && C.groups == 1)
        benchmark::RegisterBenchmark((shape + "/quantype pairs").c_str(), layer<simd_set, in_pairs(C)>);
    add_peers(shape, {C});
}

template <int K, int N>
void add_linear() {
    const std::string size = " K" + std::to_string(K) + " N" + std::to_string(N);
    add<rows(1, K, N)>("linear M1" + size);
    add<rows(4, K, N)>("linear M4" + size);
    add<rows(48, K, N)>("linear M48" + size);
}

}  // namespace

int main(int argc, char** argv) {
    return run_benchmarks(argc, argv, [] {
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
    });
}
