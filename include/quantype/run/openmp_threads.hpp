// SPDX-License-Identifier: BSL-1.0
// Kernels on the threads of OpenMP's pool: simd_kernels<arch, products, openmp_threads>. For hosts; same bits as on one
// thread. The program is compiled and linked with OpenMP (-fopenmp; CMake: OpenMP::OpenMP_CXX).
#pragma once
#include <cstdint>

#include <quantype/kernel/simd/threads.hpp>

#if defined(_OPENMP)
#include <omp.h>
#endif

QUANTYPE_BEGIN_NAMESPACE

/// As many threads as OpenMP gives (OMP_NUM_THREADS, omp_set_num_threads); one within a parallel region, unless OpenMP
/// is told to nest them. Calls with less than about a million multiplications stay on one thread.
struct openmp_threads {
    static constexpr std::int64_t least_work = std::int64_t{1} << 20;

    template <class Body>
    static void split(int parts, const Body& body) {
#if defined(_OPENMP)
        const int most = omp_get_max_threads(), wanted = parts < most ? parts : most;
#pragma omp parallel num_threads(wanted)
        {
            const std::int64_t count = omp_get_num_threads(), number = omp_get_thread_num();
            body(static_cast<int>(parts * number / count), static_cast<int>(parts * (number + 1) / count));
        }
#else
        static_assert(!sizeof(Body), "quantype: openmp_threads needs OpenMP: compile and link with -fopenmp");
        static_cast<void>(parts);
        static_cast<void>(body);
#endif
    }
};

QUANTYPE_END_NAMESPACE
