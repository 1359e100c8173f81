// SPDX-License-Identifier: BSL-1.0
// The requantization policies on batches: channel<Arch, Policy> holds the parameters of `lanes` output channels and
// turns accumulators into codes, with the bits of Policy::apply.
#pragma once
#include <bit>

#include <quantype/kernel/simd/fixed_point.hpp>
#include <quantype/numerics/requantize_activation.hpp>
#include <quantype/numerics/requantize_q31.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd::detail {

/// Parameters of `lanes` channels as pack_channels writes them: word 0 of the parameters stands at `words`, the next
/// ones `stride` further on.
struct channel_words_at {
    const std::uint32_t* words;
    std::ptrdiff_t stride;

    template <class T, class Arch>
    QUANTYPE_SIMD_INLINE xsimd::batch<T, Arch> load(int word) const {
        return bits<T>(xsimd::batch<std::uint32_t, Arch>::load_aligned(words + word * stride));
    }
};

/// Any other policy: lane by lane through Policy::apply. Step: entries from lane to lane; count: entries in all. Made
/// of words, a channel has no start: the sums hold it already.
template <class Arch, class Policy>
struct channel {
    typename Policy::params params[lanes<Arch>];
    ints<Arch> start;

    QUANTYPE_SIMD_INLINE channel(const typename Policy::params* p, int step, int count)
        : start(collect<Arch, std::int32_t>(p, step, count,
                                            [](const typename Policy::params& q) { return Policy::start(q); })) {
        for (int i = 0; i < lanes<Arch>; ++i) params[i] = p[i * step < count ? i * step : 0];
    }
    QUANTYPE_SIMD_INLINE explicit channel(const channel_words_at& at) : start(0) {
        struct all {
            std::uint32_t word[sizeof(typename Policy::params) / 4];
        };
        for (int i = 0; i < lanes<Arch>; ++i) {
            all one{};
            for (std::size_t w = 0; w < sizeof(all) / 4; ++w)
                one.word[w] = at.words[static_cast<std::ptrdiff_t>(w) * at.stride + i];
            params[i] = std::bit_cast<typename Policy::params>(one);
        }
    }
    QUANTYPE_SIMD_INLINE ints<Arch> apply(const ints<Arch>& acc, const target<Arch>& t) const {
        alignas(most_alignment) std::int32_t room[lanes<Arch>];
        acc.store_aligned(room);
        alignas(most_alignment) std::int32_t bounds[3][lanes<Arch>];
        t.zero_point.store_aligned(bounds[0]);
        t.int_low.store_aligned(bounds[1]);
        t.int_high.store_aligned(bounds[2]);
        for (int i = 0; i < lanes<Arch>; ++i)
            room[i] = Policy::apply(room[i], params[i], bounds[0][0], bounds[1][0] + bounds[0][0],
                                    bounds[2][0] + bounds[0][0]);
        return ints<Arch>::load_aligned(room);
    }
};

template <class Arch>
struct channel<Arch, requantize::qnnpack> {
    using params = requantize::qnnpack::params;
    ints<Arch> start;
    floats<Arch> multiplier;

    QUANTYPE_SIMD_INLINE channel(const params* p, int step, int count)
        : start(collect<Arch, std::int32_t>(p, step, count, [](const params& q) { return q.bias; })),
          multiplier(collect<Arch, float>(p, step, count, [](const params& q) { return q.multiplier; })) {}
    QUANTYPE_SIMD_INLINE explicit channel(const channel_words_at& at) : start(0), multiplier(at.load<float, Arch>(1)) {}
    QUANTYPE_SIMD_INLINE floats<Arch> real(const ints<Arch>& acc) const {
        return mul<Arch>(to_float<Arch>(acc), multiplier);
    }
    QUANTYPE_SIMD_INLINE ints<Arch> apply(const ints<Arch>& acc, const target<Arch>& t) const {
        return round_to_code<Arch>(real(acc), t);
    }
};

template <class Arch>
struct channel<Arch, requantize::fbgemm> {
    using params = requantize::fbgemm::params;
    ints<Arch> start = ints<Arch>(0);
    floats<Arch> bias;
    floats<Arch> multiplier;

    QUANTYPE_SIMD_INLINE channel(const params* p, int step, int count)
        : bias(collect<Arch, float>(p, step, count, [](const params& q) { return q.bias; })),
          multiplier(collect<Arch, float>(p, step, count, [](const params& q) { return q.multiplier; })) {}
    QUANTYPE_SIMD_INLINE explicit channel(const channel_words_at& at)
        : bias(at.load<float, Arch>(0)), multiplier(at.load<float, Arch>(1)) {}
    QUANTYPE_SIMD_INLINE floats<Arch> real(const ints<Arch>& acc) const {
        return mul<Arch>(add<Arch>(to_float<Arch>(acc), bias), multiplier);
    }
    QUANTYPE_SIMD_INLINE ints<Arch> apply(const ints<Arch>& acc, const target<Arch>& t) const {
        return round_to_code<Arch>(real(acc), t);
    }
};

/// round_to_code for a value that holds the zero point already.
template <class Arch>
QUANTYPE_SIMD_INLINE ints<Arch> round_absolute(const floats<Arch>& x, const target<Arch>& t) {
    const floats<Arch> z = to_float<Arch>(t.zero_point);
    const floats<Arch> inside =
        opaque<float, Arch>(xsimd::min(xsimd::max(x, add<Arch>(t.low, z)), add<Arch>(t.high, z)));
    return bits<std::int32_t>(add<Arch>(inside, floats<Arch>(target<Arch>::rounding))) -
           ints<Arch>(target<Arch>::rounding_bits);
}

template <class Arch>
struct channel<Arch, requantize::onednn> {
    using params = requantize::onednn::params;
    ints<Arch> start = ints<Arch>(0);
    floats<Arch> bias;
    floats<Arch> scale;
    floats<Arch> inverse;

    QUANTYPE_SIMD_INLINE channel(const params* p, int step, int count)
        : channel(p, step, count, [](const params& q) { return q; }) {}
    /// From parameters that hold these: part_of(p[i]).
    template <class Params, class Part>
    QUANTYPE_SIMD_INLINE channel(const Params* p, int step, int count, const Part& part_of)
        : bias(collect<Arch, float>(p, step, count, [&](const Params& q) { return part_of(q).bias; })),
          scale(collect<Arch, float>(p, step, count, [&](const Params& q) { return part_of(q).scale; })),
          inverse(
              collect<Arch, float>(p, step, count, [&](const Params& q) { return part_of(q).inverse_output_scale; })) {}
    QUANTYPE_SIMD_INLINE explicit channel(const channel_words_at& at)
        : bias(at.load<float, Arch>(0)), scale(at.load<float, Arch>(1)), inverse(at.load<float, Arch>(2)) {}
    QUANTYPE_SIMD_INLINE ints<Arch> apply(const ints<Arch>& acc, const target<Arch>& t) const {
        return to_code(real(acc), t);
    }
    /// Both halves, as in the policy.
    QUANTYPE_SIMD_INLINE floats<Arch> real(const ints<Arch>& acc) const {
        return add<Arch>(mul<Arch>(to_float<Arch>(acc), scale), bias);
    }
    QUANTYPE_SIMD_INLINE ints<Arch> to_code(const floats<Arch>& x, const target<Arch>& t) const {
        return round_absolute<Arch>(add<Arch>(mul<Arch>(x, inverse), to_float<Arch>(t.zero_point)), t);
    }
};

template <class Arch>
struct channel<Arch, requantize::onednn_leaky_relu> {
    using params = requantize::onednn_leaky_relu::params;
    ints<Arch> start = ints<Arch>(0);
    channel<Arch, requantize::onednn> linear;
    floats<Arch> slope;

    QUANTYPE_SIMD_INLINE channel(const params* p, int step, int count)
        : linear(p, step, count, [](const params& q) -> const auto& { return q.linear; }),
          slope(collect<Arch, float>(p, step, count, [](const params& q) { return q.slope; })) {}
    QUANTYPE_SIMD_INLINE explicit channel(const channel_words_at& at) : linear(at), slope(at.load<float, Arch>(3)) {}
    QUANTYPE_SIMD_INLINE ints<Arch> apply(const ints<Arch>& acc, const target<Arch>& t) const {
        const floats<Arch> x = linear.real(acc);
        return linear.to_code(xsimd::select(x > floats<Arch>(0.0f), x, mul<Arch>(x, slope)), t);
    }
};

/// Both fixed-point policies.
template <class Arch, bool Twice>
struct fixed_channel {
    using params = requantize::tflite_params;
    ints<Arch> start;
    q31<Arch> multiplier;

    QUANTYPE_SIMD_INLINE fixed_channel(const params* p, int step, int count)
        : start(collect<Arch, std::int32_t>(p, step, count, [](const params& q) { return q.bias; })),
          multiplier(collect<Arch, std::int32_t>(p, step, count, [](const params& q) { return q.multiplier.q31; }),
                     collect<Arch, std::int32_t>(p, step, count, [](const params& q) { return q.multiplier.shift; })) {}
    QUANTYPE_SIMD_INLINE explicit fixed_channel(const channel_words_at& at)
        : start(0), multiplier(at.load<std::int32_t, Arch>(1), at.load<std::int32_t, Arch>(2)) {}
    QUANTYPE_SIMD_INLINE ints<Arch> apply(const ints<Arch>& acc, const target<Arch>& t) const {
        return clamp_to_code<Arch>(scale<Twice, Arch>(acc, multiplier), t);
    }
};
template <class Arch>
struct channel<Arch, requantize::tflite_double_rounding> : fixed_channel<Arch, true> {
    using fixed_channel<Arch, true>::fixed_channel;
};
template <class Arch>
struct channel<Arch, requantize::tflite_single_rounding> : fixed_channel<Arch, false> {
    using fixed_channel<Arch, false>::fixed_channel;
};

}  // namespace kernel::simd::detail

QUANTYPE_END_NAMESPACE
#endif
