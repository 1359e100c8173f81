// SPDX-License-Identifier: BSL-1.0
// The specification of table lookup and of clamping codes (contract/lookup.hpp).
#pragma once
#include <quantype/kernel/contract/lookup.hpp>
#include <quantype/numerics/rounding.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::scalar {

/// For shapes known at run time only.
template <code_type In, code_type Out>
constexpr void lookup_loop(const rows_config& config, const lookup_args<In, Out>& args) {
    for (int r = 0; r < config.rows; ++r) {
        const In* x = args.input + static_cast<std::ptrdiff_t>(r) * config.input_row();
        Out* y = args.output + static_cast<std::ptrdiff_t>(r) * config.output_row();
        for (int i = 0; i < config.length; ++i) y[i] = (*args.table)[static_cast<std::uint8_t>(x[i])];
    }
}

template <rows_config Config, code_type In, code_type Out>
constexpr void lookup(const lookup_args<In, Out>& args) {
    static_assert(Config.valid(), "lookup: extents must be positive and strides at least as long as a row");
    lookup_loop(Config, args);
}

/// For shapes known at run time only.
template <code_type Code>
constexpr void clamp_loop(const rows_config& config, const clamp_args<Code>& args) {
    for (int r = 0; r < config.rows; ++r) {
        const Code* x = args.input + static_cast<std::ptrdiff_t>(r) * config.input_row();
        Code* y = args.output + static_cast<std::ptrdiff_t>(r) * config.output_row();
        for (int i = 0; i < config.length; ++i)
            y[i] = static_cast<Code>(quantype::clamp<std::int32_t>(x[i], args.lo, args.hi));
    }
}

template <rows_config Config, code_type Code>
constexpr void clamp(const clamp_args<Code>& args) {
    static_assert(Config.valid(), "clamp: extents must be positive and strides at least as long as a row");
    clamp_loop(Config, args);
}

template <channel_lookup_config Config, code_type In, code_type Out>
constexpr void channel_lookup(const channel_lookup_args<In, Out>& args) {
    static_assert(Config.valid(), "channel_lookup: extents must be positive");
    for (int r = 0; r < Config.batch * Config.channels; ++r)
        for (int i = 0; i < Config.span; ++i) {
            const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(r) * Config.span + i;
            args.output[at] = args.tables[r % Config.channels][static_cast<std::uint8_t>(args.input[at])];
        }
}

}  // namespace kernel::scalar

QUANTYPE_END_NAMESPACE
