// SPDX-License-Identifier: BSL-1.0
// The specification of the quantized 2-d convolution with an addend (contract/conv2d_add.hpp).
#pragma once
#include <quantype/kernel/contract/conv2d_add.hpp>
#include <quantype/kernel/scalar/conv2d.hpp>
#include <quantype/numerics/conv_add_rules.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::scalar {

template <conv2d_add_config Config, class Rule, code_type In, code_type Addend, code_type Out>
constexpr void conv2d_add(const conv2d_add_args<In, Addend, Out, Rule>& args) {
    static_assert(Config.valid(), "conv2d_add: extents, groups, padding and output size must agree");
    const conv2d_config config = Config.conv;
    const binary_codes codes{0, args.addend_zero_point, args.output_zero_point, args.output_lo, args.output_hi};
    for (int n = 0; n < config.batch; ++n) {
        const In* image = args.input + config.input.at(n, 0, 0);
        for (int oy = 0; oy < config.output.height; ++oy) {
            for (int ox = 0; ox < config.output.width; ++ox) {
                Out* out = args.output + config.output.at(n, oy, ox);
                const Addend* addend = args.addend + Config.addend.at(n, oy, ox);
                for (int o = 0; o < config.output.channels; ++o) {
                    const std::int32_t acc =
                        Rule::channel::start(args.channels[o]) + detail::conv2d_sum(config, args, image, oy, ox, o);
                    out[o] = static_cast<Out>(Rule::apply(acc, args.channels[o], addend[o], args.whole, codes));
                }
            }
        }
    }
}

}  // namespace kernel::scalar

QUANTYPE_END_NAMESPACE
