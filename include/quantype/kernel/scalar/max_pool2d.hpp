// SPDX-License-Identifier: BSL-1.0
// The specification of max pooling (contract/pool.hpp).
#pragma once
#include <quantype/kernel/contract/pool.hpp>
#include <quantype/numerics/rounding.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::scalar {

namespace detail {

template <code_type Code>
constexpr std::int32_t max_of_window(const max_pool2d_config& config, const Code* image, int oy, int ox, int c) {
    std::int32_t best = lowest_code<Code>;
    for (int i = 0; i < config.kernel_height; ++i) {
        int y = oy * config.stride_height - config.padding.top + i * config.dilation_height;
        for (int j = 0; j < config.kernel_width; ++j) {
            int x = ox * config.stride_width - config.padding.left + j * config.dilation_width;
            if (config.rule == max_pool_rule::clamp_coordinates) {
                y = quantype::clamp(y, 0, config.input.height - 1);
                x = quantype::clamp(x, 0, config.input.width - 1);
            }
            if (!config.input.inside(y, x)) continue;
            const std::int32_t code = image[config.input.at(0, y, x) + c];
            best = code > best ? code : best;
        }
    }
    return best;
}

}  // namespace detail

/// For shapes known at run time only.
template <code_type Code>
constexpr void max_pool2d_loop(const max_pool2d_config& config, const max_pool2d_args<Code>& args) {
    for (int n = 0; n < config.batch; ++n) {
        const Code* image = args.input + config.input.at(n, 0, 0);
        for (int oy = 0; oy < config.output.height; ++oy) {
            for (int ox = 0; ox < config.output.width; ++ox) {
                Code* out = args.output + config.output.at(n, oy, ox);
                for (int c = 0; c < config.output.channels; ++c)
                    out[c] = static_cast<Code>(quantype::clamp(detail::max_of_window(config, image, oy, ox, c),
                                                               args.output_lo, args.output_hi));
            }
        }
    }
}

template <max_pool2d_config Config, code_type Code>
constexpr void max_pool2d(const max_pool2d_args<Code>& args) {
    static_assert(Config.valid(), "max_pool2d: extents must be positive and channels equal");
    max_pool2d_loop(Config, args);
}

}  // namespace kernel::scalar

QUANTYPE_END_NAMESPACE
