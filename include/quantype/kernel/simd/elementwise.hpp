// SPDX-License-Identifier: BSL-1.0
// Binary elementwise ops (contract/elementwise.hpp) on batches. Runs where all operands are consecutive (or an operand
// is one repeated code) are loaded whole; other strides are collected into a batch first.
#pragma once
#include <quantype/kernel/contract/elementwise.hpp>
#include <quantype/kernel/simd/rules.hpp>
#include <quantype/kernel/simd/threads.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd {

namespace detail {

/// `count` codes at a stride.
template <class Arch, class Code>
QUANTYPE_SIMD_INLINE quads<Arch> load_strided(const Code* p, int stride, int count) {
    if (stride == 1) return split<Code, Arch>(load<Arch>(p, count));
    if (stride == 0) {
        const ints<Arch> all(static_cast<std::int32_t>(*p));
        return {{all, all, all, all}};
    }
    alignas(most_alignment) std::uint8_t room[width<Arch>] = {};
    for (int i = 0; i < count && i < width<Arch>; ++i)
        room[i] = static_cast<std::uint8_t>(p[static_cast<std::ptrdiff_t>(i) * stride]);
    return split<Code, Arch>(bytes<Arch>::load_aligned(room));
}
template <class Arch, class Code>
QUANTYPE_SIMD_INLINE void store_strided(Code* p, int stride, const bytes<Arch>& x, int count) {
    if (stride == 1) return store<Arch>(p, x, count);
    alignas(most_alignment) std::uint8_t room[width<Arch>];
    x.store_aligned(room);
    for (int i = 0; i < count && i < width<Arch>; ++i)
        p[static_cast<std::ptrdiff_t>(i) * stride] = static_cast<Code>(room[i]);
}

/// The innermost extent, and the strides there.
struct run {
    int count;
    int a;
    int b;
    int out;
};

template <class Arch, class Rule, class A, class B, class Out>
QUANTYPE_SIMD_INLINE void elementwise_run(const run& r, const A* a, const B* b, Out* out,
                                          const binary<Arch, Rule>& rule) {
    for (int i = 0; i < r.count; i += width<Arch>) {
        const int rest = r.count - i;
        const std::ptrdiff_t at = i;
        const quads<Arch> x = load_strided<Arch>(a + at * r.a, r.a, rest);
        const quads<Arch> y = load_strided<Arch>(b + at * r.b, r.b, rest);
        quads<Arch> z{{x.part[0], x.part[1], x.part[2], x.part[3]}};
        for (int j = 0; j < 4; ++j) z.part[j] = rule.apply(x.part[j], y.part[j]);
        store_strided<Arch>(out + at * r.out, r.out, merge<Arch>(z), rest);
    }
}

/// Some of the runs; of each some batches.
template <class Arch, elementwise_config Config, class Rule, class A, class B, class Out>
QUANTYPE_SIMD_INLINE void elementwise_part(const elementwise_args<A, B, Out, typename Rule::params>& args, slice runs,
                                           slice batches) {
    constexpr int inner = Config.rank - 1;
    constexpr run whole{Config.extents[inner], Config.a_strides[inner], Config.b_strides[inner],
                        Config.output_strides[inner]};
    constexpr elementwise_config config = Config;
    const binary_codes codes{args.a_zero_point, args.b_zero_point, args.output_zero_point, args.output_lo,
                             args.output_hi};
    const binary<Arch, Rule> rule(args.params, codes);
    const int first = batches.first * width<Arch>, end = batches.last * width<Arch>;
    const run r{(end < whole.count ? end : whole.count) - first, whole.a, whole.b, whole.out};
    const std::ptrdiff_t start = first;
    for (int i = runs.first; i < runs.last; ++i) {
        std::ptrdiff_t a = start * r.a, b = start * r.b, out = start * r.out;
        for (int level = inner - 1, rest = i; level >= 0; --level) {
            const std::ptrdiff_t at = rest % config.extents[level];
            rest /= config.extents[level];
            a += at * config.a_strides[level];
            b += at * config.b_strides[level];
            out += at * config.output_strides[level];
        }
        elementwise_run<Arch, Rule>(r, args.a + a, args.b + b, args.output + out, rule);
    }
}

}  // namespace detail

/// See contract/elementwise.hpp; same bits as scalar::elementwise.
template <vector_arch Arch, elementwise_config Config, class Rule, code_type A, code_type B, code_type Out,
          class Threads = no_threads>
void elementwise(const elementwise_args<A, B, Out, typename Rule::params>& args) {
    static_assert(Config.valid(), "elementwise: rank must be 1 to 6 and extents positive");
    constexpr int count = Config.extents[Config.rank - 1], runs = Config.count() / count;
    constexpr int batches = (count + detail::width<Arch> - 1) / detail::width<Arch>;
    detail::split_grid<detail::threads_for<Threads, Config.count() * detail::element_work>, runs, batches>(
        [&](detail::slice some_runs, detail::slice some)
            __attribute__((always_inline)) { detail::elementwise_part<Arch, Config, Rule>(args, some_runs, some); });
}

/// add: elementwise with a rule of add_rule.
template <vector_arch Arch, elementwise_config Config, class Rule, code_type A, code_type B, code_type Out>
void add(const elementwise_args<A, B, Out, typename Rule::params>& args) {
    simd::elementwise<Arch, Config, Rule>(args);
}

/// mul: elementwise with a rule of mul_rule.
template <vector_arch Arch, elementwise_config Config, class Rule, code_type A, code_type B, code_type Out>
void mul(const elementwise_args<A, B, Out, typename Rule::params>& args) {
    simd::elementwise<Arch, Config, Rule>(args);
}

}  // namespace kernel::simd

QUANTYPE_END_NAMESPACE
#endif
