// SPDX-License-Identifier: BSL-1.0
// A small model run by the executor, and the same kernel calls written by hand. No kernel is inlined, so that what a
// counter counts in each function is the calls alone. Argument: how often each is called.
#include <cstdlib>
#include <cstring>

#include <quantype/backend/qnnpack.hpp>
#include <quantype/desk.hpp>
#include <quantype/run/simd_kernels.hpp>

#include "models/backend.hpp"
#include "models/random_weights.hpp"

namespace {

namespace qz = quantype;
namespace k = quantype::kernel;
namespace nn = quantype::nn;
using arch = k::simd::default_arch;
using u8 = std::uint8_t;
using policy = qz::requantize::qnnpack;
using backend = qz::backends::qnnpack;
using mapping = bench_models::mapping;

struct net {
    using inputs = qz::inputs<qz::f32<1, 64>>;
    nn::linear<64, 128> first;
    nn::linear<128, 128> second;
    nn::linear<128, 32> third;
    QUANTYPE_MODULES(first, second, third)

    constexpr auto forward(auto x) const { return third(second(first(x))); }
};

/// The vector kernels, each behind a call.
struct apart : qz::simd_kernels<arch> {
    template <k::quantize_config C, class Out>
    __attribute__((noinline)) static void quantize(const k::quantize_args<Out>& a) {
        k::simd::quantize<arch, C>(a);
    }
    template <k::quantize_config C, class In>
    __attribute__((noinline)) static void dequantize(const k::dequantize_args<In>& a) {
        k::simd::dequantize<arch, C>(a);
    }
    template <k::linear_config C, class Policy, class In, class Out>
    __attribute__((noinline)) static void linear(const k::linear_args<In, Out, typename Policy::params>& a) {
        k::simd::linear<arch, C, Policy>(a);
    }
};

constexpr const auto& plan = qz::stage::plan<net, backend, mapping>;
static_assert(plan.step_count == 5, "by_hand has five calls");

/// Where a step writes: an offset in the arena.
constexpr int offset(int step) { return plan.values[plan.steps[step].output].offset; }
constexpr k::quantize_config row(int count) { return {1, {1, 1, count}}; }
template <k::linear_config C, int Step>
inline void layer(const qz::step_data* d, std::byte* arena) {
    apart::linear<C, policy, u8, u8>(
        {reinterpret_cast<const u8*>(arena + offset(Step - 1)), static_cast<const std::int8_t*>(d[Step].weight),
         static_cast<const policy::params*>(d[Step].channels), reinterpret_cast<u8*>(arena + offset(Step)),
         d[Step].a_zero_point, 0, d[Step].output_zero_point, d[Step].lo, d[Step].hi});
}

}  // namespace

extern "C" {
__attribute__((noinline)) void by_executor(const qz::step_data* d, const qz::run_buffers& b) {
    qz::execute<net, backend, mapping, apart, qz::no_hook>(d, b);
}
__attribute__((noinline)) void by_hand(const qz::step_data* d, const qz::run_buffers& b) {
    apart::quantize<row(64), u8>({b.inputs[0], reinterpret_cast<u8*>(b.arena + offset(0)), d[0].scale,
                                  d[0].output_zero_point, d[0].lo, d[0].hi});
    layer<k::linear_config{1, 64, 128}, 1>(d, b.arena);
    layer<k::linear_config{1, 128, 128}, 2>(d, b.arena);
    layer<k::linear_config{1, 128, 32}, 3>(d, b.arena);
    apart::dequantize<row(32), u8>(
        {reinterpret_cast<const u8*>(b.arena + offset(3)), b.outputs[0], d[4].scale, d[4].a_zero_point});
}
}

int main(int argc, char** argv) {
    const int calls = argc > 1 ? std::atoi(argv[1]) : 1;
    auto prepared = qz::prepare<net, backend, mapping>(bench_models::random_weights<net>());
    qz::tensor<float> x(net::inputs::shapes()[0]);
    for (std::size_t i = 0; i < x.data.size(); ++i) x.data[i] = static_cast<float>(i % 17) / 17.0f - 0.5f;
    prepared(x);
    auto model = qz::convert(prepared).with<apart>();
    float one[32] = {}, other[32] = {};
    const float* const in = x.data.data();
    float *first = one, *second = other;
    for (int i = 0; i < calls; ++i) {
        by_executor(model.packed().steps.data(), {model.own_arena(), &in, &first, model.packed().constants.data()});
        by_hand(model.packed().steps.data(), {model.own_arena(), &in, &second, model.packed().constants.data()});
    }
    return std::memcmp(one, other, sizeof one) == 0 && one[0] != 0.0f ? 0 : 1;
}
