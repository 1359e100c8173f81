// SPDX-License-Identifier: BSL-1.0
// The specification of concatenation with requantization (contract/cat.hpp).
#pragma once
#include <quantype/kernel/contract/cat.hpp>
#include <quantype/numerics/requantize.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::scalar {

namespace detail {

template <code_type Code>
constexpr Code requantized(Code x, const cat_input<Code>& input, const cat_args<Code>& args) {
    if (input.keep) return static_cast<Code>(quantype::clamp<std::int32_t>(x, args.output_lo, args.output_hi));
    const float real = exact::mul(exact::to_float(std::int32_t{x} - input.zero_point), input.scale);
    return static_cast<Code>(quantype::detail::numerics::round_to_code(
        exact::mul(real, args.inverse_output_scale), args.output_zero_point, args.output_lo, args.output_hi));
}

}  // namespace detail

/// For shapes known at run time only.
template <code_type Code>
constexpr void cat_loop(const cat_config& config, const cat_args<Code>& args) {
    const int total = config.total();
    for (int r = 0; r < config.outer; ++r) {
        Code* out = args.output + static_cast<std::ptrdiff_t>(r) * total;
        int filled = 0;
        for (int i = 0; i < config.count; ++i) {
            const Code* x = args.inputs[i].data + static_cast<std::ptrdiff_t>(r) * config.lengths[i];
            for (int k = 0; k < config.lengths[i]; ++k)
                out[filled + k] = detail::requantized(x[k], args.inputs[i], args);
            filled += config.lengths[i];
        }
    }
}

template <cat_config Config, code_type Code>
constexpr void cat(const cat_args<Code>& args) {
    static_assert(Config.valid(), "cat: 1 to 8 inputs of positive length");
    cat_loop(Config, args);
}

}  // namespace kernel::scalar

QUANTYPE_END_NAMESPACE
