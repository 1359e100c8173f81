// SPDX-License-Identifier: BSL-1.0
// A model whose every call is split, over 1, 2, 3 and 5 threads: the same bits in the arena and in the outputs as on
// one. QUANTYPE_TEST_OPENMP: on OpenMP's threads. Without: on threads started for each call, which ThreadSanitizer
// follows.
#include <atomic>
#include <cstdio>
#include <cstring>
#include <quantype/backend/qnnpack.hpp>
#include <quantype/qconfig/default_mappings.hpp>
#include <quantype/run/model.hpp>
#include <quantype/run/openmp_threads.hpp>
#include <quantype/run/simd_kernels.hpp>
#include <thread>

#include "support/uniform.hpp"

namespace {

namespace qz = quantype;
namespace nn = qz::nn;

std::atomic<int> parts_run = 0;

#if defined(QUANTYPE_TEST_OPENMP)
struct all_calls : qz::openmp_threads {
    static constexpr std::int64_t least_work = 0;
    static void set(int count) { omp_set_num_threads(count); }
    template <class Body>
    static void split(int parts, const Body& body) {
        qz::openmp_threads::split(parts, [&](int first, int last) {
            ++parts_run;
            body(first, last);
        });
    }
};
#else
struct all_calls {
    static constexpr std::int64_t least_work = 0;
    static inline int threads = 1;
    static void set(int count) { threads = count; }
    template <class Body>
    static void split(int parts, const Body& body) {
        std::vector<std::thread> started;
        for (int i = 0; i < threads; ++i)
            started.emplace_back([&body, first = parts * i / threads, last = parts * (i + 1) / threads] {
                if (first < last) ++parts_run;
                body(first, last);  // nothing where first == last
            });
        for (std::thread& t : started) t.join();
    }
};
#endif

// Every kernel that is split: quantize (both orders), convolutions of all kinds, pools, add, linear, dequantize.
struct net {
    using inputs = qz::inputs<qz::f32<2, 3, 18, 18>, qz::f32<2, 40, 9, 9>>;
    nn::conv2d<3, 40, 3, nn::padding<1>> first;
    nn::relu relu;
    nn::max_pool2d<2> pool;
    nn::conv2d<40, 40, 3, nn::padding<1>, nn::groups<40>> depthwise;
    nn::conv2d<40, 72, 1> pointwise;
    nn::conv2d<72, 72, 3, nn::stride<2>, nn::groups<2>> grouped;
    nn::avg_pool2d<2> average;
    nn::adaptive_avg_pool2d<1> all;
    nn::linear<72, 130> fc;
    QUANTYPE_MODULES(first, relu, pool, depthwise, pointwise, grouped, average, all, fc)
    constexpr auto forward(auto x, auto y) const {
        const auto map = depthwise(pool(relu(first(x)))) + y;
        return fc(qz::flatten(all(average(grouped(pointwise(map)))), 1));
    }
};
using backend = qz::backends::qnnpack;
using mapping = qz::default_qnnpack_mapping;
using arch = qz::kernel::simd::default_arch;

static_assert(std::is_same_v<qz::kernel::simd::detail::threads_for<qz::openmp_threads, (1 << 20) - 1>, qz::no_threads>);
static_assert(std::is_same_v<qz::kernel::simd::detail::threads_for<qz::openmp_threads, 1 << 20>, qz::openmp_threads>);

qz::tensor<float> uniform(qz::shape s, float reach) {
    qz::tensor_map made;
    add_uniform(made, "x", s, reach);
    return qz::values_of<float>(made.at("x"));
}

qz::quantized_model<net, backend, mapping> make_model() {
    qz::tensor_map w;
    const auto layer = [&](const std::string& name, qz::shape weight) {
        add_uniform(w, name + ".weight", weight, 0.3f);
        add_uniform(w, name + ".bias", qz::shape(weight[0]), 0.2f);
    };
    layer("first", qz::shape(40, 3, 3, 3));
    layer("depthwise", qz::shape(40, 1, 3, 3));
    layer("pointwise", qz::shape(72, 40, 1, 1));
    layer("grouped", qz::shape(72, 36, 3, 3));
    layer("fc", qz::shape(130, 72));
    auto prepared = qz::prepare<net, backend, mapping>(w);
    prepared(uniform(qz::shape(2, 3, 18, 18), 1.0f), uniform(qz::shape(2, 40, 9, 9), 1.0f));
    return qz::convert(prepared);
}

/// The arena and the output of one run.
template <class Model>
std::vector<std::byte> run(const Model& m, const qz::tensor<float>& x, const qz::tensor<float>& y) {
    std::byte* const arena = m.own_arena();
    std::memset(arena, 0, std::size_t{Model::arena_bytes});
    const auto output = m(x, y)[0];
    std::vector<std::byte> all(arena, arena + Model::arena_bytes);
    const auto* bytes = reinterpret_cast<const std::byte*>(output.data.data());
    all.insert(all.end(), bytes, bytes + output.data.size() * sizeof(float));
    return all;
}

}  // namespace

int main() {
    const auto model = make_model();
    const auto one = model.with<qz::simd_kernels<arch>>();
    const auto split = model.with<qz::simd_kernels<arch, qz::kernel::simd::exact_products, all_calls>>();
    const auto x = uniform(qz::shape(2, 3, 18, 18), 1.2f), y = uniform(qz::shape(2, 40, 9, 9), 1.2f);
    const std::vector<std::byte> want = run(one, x, y);
    int failures = 0, parts_of_one = 0;
    for (const int count : {1, 2, 3, 5}) {
        all_calls::set(count);
        parts_run = 0;
        const std::vector<std::byte> have = run(split, x, y);
        const int parts = parts_run;
        if (count == 1) parts_of_one = parts;
        const bool same = have == want, more = count == 1 || parts > parts_of_one + 5 * (count - 1);
        std::printf("threads: %d: %s, calls were split into %d parts\n", count, same ? "same bits" : "OTHER BITS",
                    parts);
        failures += same && more ? 0 : 1;
    }
    return failures;
}
