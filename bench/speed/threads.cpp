// SPDX-License-Identifier: BSL-1.0
// Whole models on one thread and on OpenMP's: no_threads, openmp_threads with 1, 2, ... threads up to the machine's.
#include <benchmark/benchmark.h>
#include <omp.h>

#include <quantype/run/model.hpp>
#include <quantype/run/openmp_threads.hpp>
#include <quantype/run/simd_kernels.hpp>

#include "../models/backend.hpp"
#include "../models/mobilenet_v2.hpp"
#include "../models/random_weights.hpp"
#include "../models/resnet18.hpp"

namespace {

using namespace bench_models;
using arch = qz::kernel::simd::default_arch;
using one_thread = qz::simd_kernels<arch>;
using threads = qz::simd_kernels<arch, qz::kernel::simd::exact_products, qz::openmp_threads>;

qz::tensor<float> image() {
    qz::tensor<float> x(qz::shape(1, 3, 224, 224));
    std::uint32_t state = 9;
    for (float& v : x.data) {
        state = state * 1664525U + 1013904223U;
        v = static_cast<float>(state >> 8U) / 8388608.0f - 1.0f;
    }
    return x;
}

template <class Net>
const qz::quantized_model<Net, device, mapping>& converted() {
    static const auto model = [] {
        auto prepared = qz::prepare<Net, device, mapping>(random_weights<Net>());
        prepared(image());
        return qz::convert(prepared);
    }();
    return model;
}

template <class Net, class Kernels>
void run(benchmark::State& state) {
    static const auto model = converted<Net>().template with<Kernels>();
    static const auto x = image();
    static const auto want = converted<Net>().template with<one_thread>()(x)[0].data;
    omp_set_num_threads(static_cast<int>(state.range(0)));
    auto outputs = model.empty_outputs();
    if (model(x)[0].data != want) state.SkipWithError("other bits than on one thread");
    const float* in[] = {x.data.data()};
    float* out[] = {outputs[0].data.data()};
    for (auto _ : state) model.run(in, out, model.own_arena());
}

template <class Net>
void add(const char* name) {
    const std::string prefix = std::string(name) + "/";
    benchmark::RegisterBenchmark((prefix + "no_threads").c_str(), run<Net, one_thread>)->Arg(1)->UseRealTime();
    for (int i = 1; i <= omp_get_num_procs(); ++i)
        benchmark::RegisterBenchmark((prefix + "openmp").c_str(), run<Net, threads>)->Arg(i)->UseRealTime();
}

}  // namespace

int main(int count, char** words) {
    add<resnet18>("resnet18");
    add<mobilenet_v2>("mobilenet_v2");
    benchmark::AddCustomContext("vector arch", one_thread::name);
    benchmark::Initialize(&count, words);
    if (benchmark::ReportUnrecognizedArguments(count, words)) return 1;
    benchmark::RunSpecifiedBenchmarks();
}
