// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: openmp_threads needs OpenMP: compile and link with -fopenmp
#include <quantype/run/openmp_threads.hpp>

#if defined(QUANTYPE_TWIN)
using threads = quantype::no_threads;
#else
using threads = quantype::openmp_threads;
#endif

void count(int& calls) {
    threads::split(1, [&calls](int first, int last) { calls += last - first; });
}
