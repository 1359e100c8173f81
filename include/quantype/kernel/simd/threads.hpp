// SPDX-License-Identifier: BSL-1.0
// How the work of one kernel call is split over threads. A policy is a type with
//     static constexpr std::int64_t least_work;                          a call with less stays on one thread
//     template <class Body> static void split(int parts, const Body&);   body(first, last) for ranges that make
//     0..parts
// Ranges may run at the same time: each computes elements of its own, with the code of an unsplit call.
#pragma once
#include <cstdint>
#include <type_traits>

#include <quantype/kernel/simd/arch.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// Everything on the caller's thread: what a call costs without this header.
struct no_threads {
    static constexpr std::int64_t least_work = 0;
    template <class Body>
    static QUANTYPE_SIMD_INLINE void split(int parts, const Body& body) {
        body(0, parts);
    }
};

namespace kernel::simd::detail {

/// Work is counted in multiplications of a product; an element that is only moved or rounded costs as much as these.
inline constexpr std::int64_t element_work = 16;

/// The policy for a call with that much work.
template <class Threads, std::int64_t Work>
using threads_for = std::conditional_t<(Work < Threads::least_work), no_threads, Threads>;

/// Things first .. last - 1 of a call's.
struct slice {
    int first;
    int last;
};

/// run(range of rows, range of columns) over a grid, split along the side that has more.
template <class Threads, int Rows, int Columns, class Run>
QUANTYPE_SIMD_INLINE void split_grid(const Run& run) {
    if constexpr (Rows >= Columns)
        Threads::split(Rows, [&](int first, int last)
                                 __attribute__((always_inline)) { run(slice{first, last}, slice{0, Columns}); });
    else
        Threads::split(Columns, [&](int first, int last)
                                    __attribute__((always_inline)) { run(slice{0, Rows}, slice{first, last}); });
}

}  // namespace kernel::simd::detail

QUANTYPE_END_NAMESPACE
