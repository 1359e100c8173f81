// SPDX-License-Identifier: BSL-1.0
// Concatenation with requantization (contract/cat.hpp) on batches.
#pragma once
#include <quantype/kernel/contract/cat.hpp>
#include <quantype/kernel/simd/lookup.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd {

namespace detail {

/// `count` consecutive codes from one scale and zero point to another.
template <class Arch, class Code>
QUANTYPE_SIMD_INLINE void rescale_run(const Code* x, Code* y, int count, const cat_input<Code>& from, float inverse,
                                      const target<Arch>& to) {
    const ints<Arch> zero(from.zero_point);
    const floats<Arch> scale(from.scale), factor(inverse);
    for (int i = 0; i < count; i += width<Arch>) {
        quads<Arch> q = split<Code, Arch>(load<Arch>(x + i, count - i));
        for (ints<Arch>& part : q.part)
            part = round_to_code<Arch>(detail::mul<Arch>(detail::mul<Arch>(to_float<Arch>(part - zero), scale), factor),
                                       to);
        store<Arch>(y + i, merge<Arch>(q), count - i);
    }
}

}  // namespace detail

/// See contract/cat.hpp; same bits as scalar::cat.
template <vector_arch Arch, cat_config Config, code_type Code>
void cat(const cat_args<Code>& args) {
    static_assert(Config.valid(), "cat: 1 to 8 inputs of positive length");
    constexpr cat_config config = Config;
    constexpr std::ptrdiff_t total = Config.total();
    const detail::target<Arch> to(args.output_zero_point, args.output_lo, args.output_hi);
    const detail::code_range<Arch, Code> range(args.output_lo, args.output_hi);
    std::ptrdiff_t filled = 0;
    for (int i = 0; i < config.count; ++i) {
        const cat_input<Code>& from = args.inputs[i];
        const int length = config.lengths[i];
        for (std::ptrdiff_t r = 0; r < config.outer; ++r) {
            const Code* x = from.data + r * length;
            Code* y = args.output + r * total + filled;
            if (from.keep)
                detail::clamp_run<Arch, Code>(x, y, length, range);
            else
                detail::rescale_run<Arch>(x, y, length, from, args.inverse_output_scale, to);
        }
        filled += length;
    }
}

}  // namespace kernel::simd

QUANTYPE_END_NAMESPACE
#endif
