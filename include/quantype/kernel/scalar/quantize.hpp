// SPDX-License-Identifier: BSL-1.0
// The specification of quantize and dequantize between float tensors and NHWC codes (contract/quantize.hpp).
#pragma once
#include <quantype/kernel/contract/quantize.hpp>
#include <quantype/numerics/requantize.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::scalar {

namespace detail {

// Position of (n, y, x, c) on the dense side, in NCHW or in NHWC order.
constexpr std::ptrdiff_t dense_position(const image_layout& l, bool nchw, int n, int y, int x, int c) {
    const auto plane = static_cast<std::ptrdiff_t>(l.height) * l.width;
    const auto pixel = static_cast<std::ptrdiff_t>(y) * l.width + x;
    return nchw ? (static_cast<std::ptrdiff_t>(n) * l.channels + c) * plane + pixel
                : (n * plane + pixel) * l.channels + c;
}

// visit(position in the layout, position on the dense side) for every element.
template <class Visit>
constexpr void for_each_element(int batch, const image_layout& l, bool nchw, const Visit& visit) {
    for (int n = 0; n < batch; ++n)
        for (int y = 0; y < l.height; ++y)
            for (int x = 0; x < l.width; ++x)
                for (int c = 0; c < l.channels; ++c) visit(l.at(n, y, x) + c, dense_position(l, nchw, n, y, x, c));
}

}  // namespace detail

/// For shapes known at run time only.
template <code_type Out>
constexpr void quantize_loop(const quantize_config& config, const quantize_args<Out>& args) {
    detail::for_each_element(
        config.batch, config.codes, config.order == element_order::nchw, [&](std::ptrdiff_t code, std::ptrdiff_t real) {
            const float scaled = exact::mul(args.input[real], args.inverse_scale);
            args.output[code] = static_cast<Out>(
                quantype::detail::numerics::round_to_code(scaled, args.zero_point, args.output_lo, args.output_hi));
        });
}

template <quantize_config Config, code_type Out>
constexpr void quantize(const quantize_args<Out>& args) {
    static_assert(Config.valid(), "quantize: extents must be positive");
    quantize_loop(Config, args);
}

/// For shapes known at run time only.
template <code_type In>
constexpr void dequantize_loop(const quantize_config& config, const dequantize_args<In>& args) {
    detail::for_each_element(config.batch, config.codes, config.order == element_order::nchw,
                             [&](std::ptrdiff_t code, std::ptrdiff_t real) {
                                 const std::int32_t steps = args.input[code] - args.zero_point;
                                 args.output[real] = exact::mul(exact::to_float(steps), args.scale);
                             });
}

template <quantize_config Config, code_type In>
constexpr void dequantize(const dequantize_args<In>& args) {
    static_assert(Config.valid(), "dequantize: extents must be positive");
    dequantize_loop(Config, args);
}

}  // namespace kernel::scalar

QUANTYPE_END_NAMESPACE
