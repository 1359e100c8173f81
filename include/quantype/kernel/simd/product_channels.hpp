// SPDX-License-Identifier: BSL-1.0
// The requantization policies for tiles: parameters of output channels are read as words of `lanes` channels
// (contract/packed.hpp, pack_channels).
#pragma once
#include <quantype/kernel/simd/requantize.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd::detail {

/// Sums to codes.
template <class Arch, class Policy>
struct product_channel {
    static constexpr bool offset_later = false;  ///< the zero point and the lower bound are left to the narrowing
    channel<Arch, Policy> all;

    QUANTYPE_SIMD_INLINE explicit product_channel(const channel_words_at& at) : all(at) {}
    QUANTYPE_SIMD_INLINE ints<Arch> round(const ints<Arch>& acc, const target<Arch>& t) const {
        return all.apply(acc, t);
    }
};

/// A policy that rounds a product of floats and then adds the zero point: rne(min(x, bound)) in int32; what lies below
/// -2^31 becomes -2^31. AArch64 converts with saturation at both ends and leaves the upper bound to the narrowing too.
template <class Arch, class Policy>
struct rounded_channel {
    static constexpr bool offset_later = true;
    channel<Arch, Policy> all;

    QUANTYPE_SIMD_INLINE explicit rounded_channel(const channel_words_at& at) : all(at) {}
    QUANTYPE_SIMD_INLINE ints<Arch> round(const ints<Arch>& acc, const target<Arch>& t) const {
#if defined(__aarch64__)
        static_cast<void>(t);
        return ints<Arch>(vcvtnq_s32_f32(all.real(acc)));
#else
        return xsimd::nearbyint_as_int(opaque<float, Arch>(xsimd::min(all.real(acc), t.high)));
#endif
    }
};
template <class Arch>
struct product_channel<Arch, requantize::qnnpack> : rounded_channel<Arch, requantize::qnnpack> {
    using rounded_channel<Arch, requantize::qnnpack>::rounded_channel;
};
template <class Arch>
struct product_channel<Arch, requantize::fbgemm> : rounded_channel<Arch, requantize::fbgemm> {
    using rounded_channel<Arch, requantize::fbgemm>::rounded_channel;
};

}  // namespace kernel::simd::detail

QUANTYPE_END_NAMESPACE
#endif
