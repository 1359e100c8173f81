// SPDX-License-Identifier: BSL-1.0
// Table lookup and clamp (contract/lookup.hpp). The lookup is a scalar loop: without a byte gather, sixteen shuffles a
// batch gain little over one load an element. The clamp runs on batches.
#pragma once
#include <quantype/kernel/contract/lookup.hpp>
#include <quantype/kernel/simd/batch.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd {

namespace detail {

/// Two codes as batches of their type, and the clamp between them.
template <class Arch, class Code>
struct code_range {
    xsimd::batch<Code, Arch> lo;
    xsimd::batch<Code, Arch> hi;
    QUANTYPE_SIMD_INLINE code_range(std::int32_t low, std::int32_t high)
        : lo(static_cast<Code>(low)), hi(static_cast<Code>(high)) {}
    QUANTYPE_SIMD_INLINE bytes<Arch> apply(const bytes<Arch>& x) const {
        return bits<std::uint8_t>(xsimd::min(xsimd::max(bits<Code>(x), lo), hi));
    }
};

/// `count` consecutive codes clamped.
template <class Arch, class Code>
QUANTYPE_SIMD_INLINE void clamp_run(const Code* x, Code* y, int count, const code_range<Arch, Code>& range) {
    for (int i = 0; i < count; i += width<Arch>)
        store<Arch>(y + i, range.apply(load<Arch>(x + i, count - i)), count - i);
}

}  // namespace detail

/// See contract/lookup.hpp; same bits as scalar::lookup.
template <vector_arch Arch, rows_config Config, code_type In, code_type Out>
void lookup(const lookup_args<In, Out>& args) {
    static_assert(Config.valid(), "lookup: extents must be positive and strides at least as long as a row");
    constexpr std::ptrdiff_t input_row = Config.input_row(), output_row = Config.output_row();
    constexpr int rows = Config.rows, length = Config.length;
    const Out* table = reinterpret_cast<const Out*>(args.table);
    for (int r = 0; r < rows; ++r) {
        const In* x = args.input + r * input_row;
        Out* y = args.output + r * output_row;
        for (int i = 0; i < length; ++i) y[i] = table[static_cast<std::uint8_t>(x[i])];
    }
}

/// See contract/lookup.hpp; same bits as scalar::clamp.
template <vector_arch Arch, rows_config Config, code_type Code>
void clamp(const clamp_args<Code>& args) {
    static_assert(Config.valid(), "clamp: extents must be positive and strides at least as long as a row");
    constexpr std::ptrdiff_t input_row = Config.input_row(), output_row = Config.output_row();
    constexpr int rows = Config.rows, length = Config.length;
    const detail::code_range<Arch, Code> range(args.lo, args.hi);
    for (int r = 0; r < rows; ++r)
        detail::clamp_run<Arch, Code>(args.input + r * input_row, args.output + r * output_row, length, range);
}

}  // namespace kernel::simd

QUANTYPE_END_NAMESPACE
#endif
