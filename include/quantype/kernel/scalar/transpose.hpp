// SPDX-License-Identifier: BSL-1.0
// The specification of moving codes between orders of axes (contract/transpose.hpp).
#pragma once
#include <quantype/kernel/contract/transpose.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::scalar {

namespace detail {

// Writes one level and those below it; gives the place behind the last element written.
template <code_type Code>
constexpr Code* transpose_level(const transpose_config& config, int level, const Code* in, Code* out) {
    for (int i = 0; i < config.extents[level]; ++i) {
        const Code* from = in + static_cast<std::ptrdiff_t>(i) * config.strides[level];
        if (level + 1 == config.rank)
            *out++ = *from;
        else
            out = transpose_level(config, level + 1, from, out);
    }
    return out;
}

}  // namespace detail

/// For shapes known at run time only.
template <code_type Code>
constexpr void transpose_loop(const transpose_config& config, const transpose_args<Code>& args) {
    detail::transpose_level(config, 0, args.input + config.offset, args.output);
}

template <transpose_config Config, code_type Code>
constexpr void transpose(const transpose_args<Code>& args) {
    static_assert(Config.valid(), "transpose: rank must be 1 to 6 and extents positive");
    transpose_loop(Config, args);
}

}  // namespace kernel::scalar

QUANTYPE_END_NAMESPACE
