// SPDX-License-Identifier: BSL-1.0
// What becomes of the accumulators of a matrix product: codes by a requantization policy, or reals.
#pragma once
#include <quantype/kernel/simd/narrow.hpp>
#include <quantype/kernel/simd/requantize.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd::detail {

/// The first `count` elements of each of `Blocks` batches, as codes.
template <class Arch, int Blocks, class Out>
QUANTYPE_SIMD_INLINE void store_codes(Out* p, const several<ints<Arch>, Blocks>& codes, int count) {
    const bytes<Arch> all = narrow<Out, Arch>(codes[0], codes[Blocks - 1], codes[0], codes[Blocks - 1]);
    constexpr int whole = Blocks * lanes<Arch>;
    store<Arch>(p, all, count < whole ? count : whole);
}

/// Codes by a policy. Parameter of column n: channels[n * step]. out_at(m): where row m of the output starts.
template <class Arch, class Policy, class Out, class OutAt>
struct to_codes {
    const typename Policy::params* channels;
    int step;
    target<Arch> to;
    OutAt out_at;

    using block = channel<Arch, Policy>;
    /// Parameters of columns n .. n + count - 1, count >= 1.
    QUANTYPE_SIMD_INLINE block make(int n, int count) const {
        return block(channels + n * step, step, step == 0 ? 1 : count);
    }
    QUANTYPE_SIMD_INLINE ints<Arch> start(const block& b) const { return b.start; }
    template <int Blocks>
    QUANTYPE_SIMD_INLINE void finish(const several<block, Blocks>& b, const several<ints<Arch>, Blocks>& acc, int m,
                                     int n, int count) const {
        several<ints<Arch>, Blocks> codes;
        for (int i = 0; i < Blocks; ++i) codes[i] = b[i].apply(acc[i], to);
        store_codes<Arch, Blocks>(out_at(m) + n, codes, count);
    }
};

/// Reals: f32(acc) * f32(weight scale * input scale) + bias, with or without ReLU (contract/linear_dynamic.hpp).
template <class Arch>
struct to_reals {
    const float* weight_scales;
    const float* bias;  ///< or null
    float input_scale;
    bool relu;
    float* output;
    std::ptrdiff_t output_row;

    struct block {
        floats<Arch> scale;
        floats<Arch> bias;
    };
    QUANTYPE_SIMD_INLINE block make(int n, int count) const {
        const auto self = [](float x) { return x; };
        const floats<Arch> scales = collect<Arch, float>(weight_scales + n, 1, count, self);
        return {mul<Arch>(scales, floats<Arch>(input_scale)),
                bias ? collect<Arch, float>(bias + n, 1, count, self) : floats<Arch>(0.0f)};
    }
    QUANTYPE_SIMD_INLINE ints<Arch> start(const block&) const { return ints<Arch>(0); }
    template <int Blocks>
    QUANTYPE_SIMD_INLINE void finish(const several<block, Blocks>& b, const several<ints<Arch>, Blocks>& acc, int m,
                                     int n, int count) const {
        alignas(most_alignment) float room[lanes<Arch>];
        for (int i = 0; i < Blocks; ++i) {
            floats<Arch> y = mul<Arch>(to_float<Arch>(acc[i]), b[i].scale);
            if (bias) y = add<Arch>(y, b[i].bias);
            y.store_aligned(room);
            float* to = output + m * output_row + n + i * lanes<Arch>;
            for (int j = 0; j < lanes<Arch> && i * lanes<Arch> + j < count; ++j)
                to[j] = relu && room[j] < 0.0f ? 0.0f : room[j];
        }
    }
};

}  // namespace kernel::simd::detail

QUANTYPE_END_NAMESPACE
#endif
