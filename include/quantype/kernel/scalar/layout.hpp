// SPDX-License-Identifier: BSL-1.0
// The specification of permute, pad and fill_halo (contract/quantize.hpp): codes move, values stay.
#pragma once
#include <quantype/kernel/scalar/quantize.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::scalar {

/// For shapes known at run time only.
template <code_type Code>
constexpr void permute_loop(const permute_config& config, const permute_args<Code>& args) {
    detail::for_each_element(config.batch, config.image, true, [&](std::ptrdiff_t image, std::ptrdiff_t nchw) {
        if (config.to_nchw)
            args.output[nchw] = args.input[image];
        else
            args.output[image] = args.input[nchw];
    });
}

template <permute_config Config, code_type Code>
constexpr void permute(const permute_args<Code>& args) {
    static_assert(Config.valid(), "permute: extents must be positive");
    permute_loop(Config, args);
}

/// For shapes known at run time only.
template <code_type Code>
constexpr void pad_loop(const pad_config& config, const pad_args<Code>& args) {
    const image_layout& out = config.output;
    for (int n = 0; n < config.batch; ++n) {
        for (int y = 0; y < out.height; ++y) {
            for (int x = 0; x < out.width; ++x) {
                const int from_y = y - config.top;
                const int from_x = x - config.left;
                const bool inside = config.input.inside(from_y, from_x);
                for (int c = 0; c < out.channels; ++c)
                    args.output[out.at(n, y, x) + c] =
                        inside ? args.input[config.input.at(n, from_y, from_x) + c] : static_cast<Code>(args.value);
            }
        }
    }
}

template <pad_config Config, code_type Code>
constexpr void pad(const pad_args<Code>& args) {
    static_assert(Config.valid(), "pad: the output must hold the input, channels must be equal");
    pad_loop(Config, args);
}

/// For shapes known at run time only.
template <code_type Code>
constexpr void fill_halo_loop(const fill_halo_config& config, const fill_halo_args<Code>& args) {
    const image_layout& l = config.image;
    for (int n = 0; n < config.batch; ++n)
        for (int y = -l.halo.top; y < l.height + l.halo.bottom; ++y)
            for (int x = -l.halo.left; x < l.width + l.halo.right; ++x) {
                if (l.inside(y, x)) continue;
                for (int c = 0; c < l.channels; ++c) args.image[l.at(n, y, x) + c] = static_cast<Code>(args.value);
            }
}

template <fill_halo_config Config, code_type Code>
constexpr void fill_halo(const fill_halo_args<Code>& args) {
    static_assert(Config.valid(), "fill_halo: extents must be positive");
    fill_halo_loop(Config, args);
}

}  // namespace kernel::scalar

QUANTYPE_END_NAMESPACE
