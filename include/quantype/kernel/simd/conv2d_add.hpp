// SPDX-License-Identifier: BSL-1.0
// Quantized 2-d convolution with an addend (contract/conv2d_add.hpp) on batches: the product of
// kernel/simd/plain_product.hpp with another epilogue. Depthwise ones run as products of one channel.
#pragma once
#include <quantype/kernel/contract/conv2d_add.hpp>
#include <quantype/kernel/simd/plain_product.hpp>
#include <quantype/numerics/conv_add_rules.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd {

namespace detail {

/// A rule's parameters of `lanes` output channels, and its `apply` with the bits of Rule::apply.
template <class Arch, class Rule>
struct summed;

template <class Arch>
struct summed<Arch, conv_add_rule::onednn> : channel<Arch, requantize::onednn> {
    using channel<Arch, requantize::onednn>::channel;
    QUANTYPE_SIMD_INLINE ints<Arch> apply(const ints<Arch>& acc, const ints<Arch>& addend,
                                          const conv_add_rule::onednn::params& whole, const ints<Arch>& addend_zero,
                                          const target<Arch>& t) const {
        const floats<Arch> e = mul<Arch>(to_float<Arch>(addend - addend_zero), floats<Arch>(whole.addend_scale));
        return this->to_code(add<Arch>(this->real(acc), e), t);
    }
};

/// Codes by a rule. out_at(m), addend_at(m): where row m starts.
template <class Arch, class Rule, class OutAt, class AddendAt>
struct to_sums {
    const typename Rule::channel::params* channels;
    typename Rule::params whole;
    ints<Arch> addend_zero;
    target<Arch> to;
    OutAt out_at;
    AddendAt addend_at;

    using block = summed<Arch, Rule>;
    QUANTYPE_SIMD_INLINE block make(int n, int count) const { return block(channels + n, 1, count); }
    QUANTYPE_SIMD_INLINE ints<Arch> start(const block& b) const { return b.start; }
    template <int Blocks>
    QUANTYPE_SIMD_INLINE void finish(const several<block, Blocks>& b, const several<ints<Arch>, Blocks>& acc, int m,
                                     int n, int count) const {
        const auto self = [](auto code) { return std::int32_t{code}; };
        several<ints<Arch>, Blocks> codes;
        for (int i = 0; i < Blocks; ++i) {
            const int first = i * lanes<Arch> < count ? i * lanes<Arch> : 0;  // a block may have no columns left
            const ints<Arch> addend = collect<Arch, std::int32_t>(addend_at(m) + n + first, 1, count - first, self);
            codes[i] = b[i].apply(acc[i], addend, whole, addend_zero, to);
        }
        store_codes<Arch, Blocks>(out_at(m) + n, codes, count);
    }
};

}  // namespace detail

/// See contract/conv2d_add.hpp; same bits as scalar::conv2d_add.
template <vector_arch Arch, conv2d_add_config Config, class Rule, code_type In, code_type Addend, code_type Out>
void conv2d_add(const conv2d_add_args<In, Addend, Out, Rule>& args) {
    static_assert(Config.valid(), "conv2d_add: extents, groups, padding and output size must agree");
    for (int group = 0; group < Config.conv.groups; ++group) {
        const int first = group * Config.conv.out_channels_per_group();
        const auto out_at = [to = args.output + first](int m) __attribute__((always_inline)) {
            return to + detail::pixel_of<Config.conv, Config.conv.output>(m);
        };
        const auto addend_at = [from = args.addend + first](int m) __attribute__((always_inline)) {
            return from + detail::pixel_of<Config.conv, Config.addend>(m);
        };
        const detail::to_sums<Arch, Rule, decltype(out_at), decltype(addend_at)> epilogue{
            args.channels + first,
            args.whole,
            detail::ints<Arch>(args.addend_zero_point),
            {args.output_zero_point, args.output_lo, args.output_hi},
            out_at,
            addend_at};
        detail::conv2d_product<Arch, Config.conv, In>(args, group, epilogue);
    }
}

}  // namespace kernel::simd

QUANTYPE_END_NAMESPACE
#endif
