// SPDX-License-Identifier: BSL-1.0
// The kernel set that tests of whole models run beside the scalar one: vector_kernels. With QUANTYPE_TEST_THREADS every
// call that can be is split over that many threads.
#pragma once
#include <quantype/run/simd_kernels.hpp>

#ifdef QUANTYPE_TEST_THREADS
#include <cstdint>
#include <thread>
#include <vector>

struct threads_of_each_call {
    static constexpr std::int64_t least_work = 0;
    template <class Body>
    static void split(int parts, const Body& body) {
        constexpr int count = QUANTYPE_TEST_THREADS;
        std::vector<std::thread> started;
        for (int i = 1; i < count; ++i)
            started.emplace_back(
                [&body, first = parts * i / count, last = parts * (i + 1) / count] { body(first, last); });
        body(0, parts / count);
        for (std::thread& t : started) t.join();
    }
};
using vector_kernels = quantype::simd_kernels<quantype::kernel::simd::default_arch,
                                              quantype::kernel::simd::exact_products, threads_of_each_call>;
#else
using vector_kernels = quantype::simd_kernels<>;
#endif
