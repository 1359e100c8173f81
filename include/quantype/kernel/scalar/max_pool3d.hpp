// SPDX-License-Identifier: BSL-1.0
// The specification of max pooling over volumes (contract/max_pool3d.hpp).
#pragma once
#include <quantype/kernel/contract/max_pool3d.hpp>
#include <quantype/numerics/rounding.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::scalar {

namespace detail {

template <code_type Code>
constexpr std::int32_t max_of_volume(const max_pool3d_config& c, const Code* x, const int (&at)[3], int channel) {
    std::int32_t best = lowest_code<Code>;
    for (int i = 0; i < c.kernel[0]; ++i)
        for (int j = 0; j < c.kernel[1]; ++j)
            for (int k = 0; k < c.kernel[2]; ++k) {
                const int d = at[0] * c.stride[0] - c.padding[0] + i * c.dilation[0];
                const int h = at[1] * c.stride[1] - c.padding[1] + j * c.dilation[1];
                const int w = at[2] * c.stride[2] - c.padding[2] + k * c.dilation[2];
                if (d < 0 || d >= c.input[0] || h < 0 || h >= c.input[1] || w < 0 || w >= c.input[2]) continue;
                const std::int32_t code = x[((d * c.input[1] + h) * c.input[2] + w) * c.channels + channel];
                best = code > best ? code : best;
            }
    return best;
}

}  // namespace detail

/// For shapes known at run time only.
template <code_type Code>
constexpr void max_pool3d_loop(const max_pool3d_config& c, const max_pool3d_args<Code>& args) {
    const auto volume = static_cast<std::ptrdiff_t>(c.input[0]) * c.input[1] * c.input[2];
    Code* y = args.output;
    for (int n = 0; n < c.batch; ++n)
        for (int d = 0; d < c.output[0]; ++d)
            for (int h = 0; h < c.output[1]; ++h)
                for (int w = 0; w < c.output[2]; ++w)
                    for (int k = 0; k < c.channels; ++k)
                        *y++ = static_cast<Code>(quantype::clamp(
                            detail::max_of_volume(c, args.input + n * volume * c.channels, {d, h, w}, k),
                            args.output_lo, args.output_hi));
}

template <max_pool3d_config Config, code_type Code>
constexpr void max_pool3d(const max_pool3d_args<Code>& args) {
    static_assert(Config.valid(), "max_pool3d: extents must be positive");
    max_pool3d_loop(Config, args);
}

}  // namespace kernel::scalar

QUANTYPE_END_NAMESPACE
