// SPDX-License-Identifier: BSL-1.0
// The specification of softmax by the float rule (contract/softmax.hpp), and its table.
#pragma once
#include <quantype/kernel/contract/softmax.hpp>
#include <quantype/numerics/elementary.hpp>
#include <quantype/numerics/requantize.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel {

/// e^(-d * f32(scale)) for d = 0..255; the product and the result are float32.
constexpr exponential_table make_exponentials(double scale) {
    exponential_table table{};
    for (std::int32_t d = 0; d < 256; ++d)
        table[static_cast<std::size_t>(d)] = elementary::exp(exact::mul(exact::to_float(-d), exact::to_float(scale)));
    return table;
}

}  // namespace kernel

namespace kernel::scalar {

namespace detail {

template <code_type Code>
constexpr std::int32_t largest(const Code* x, int length) {
    std::int32_t best = x[0];
    for (int i = 1; i < length; ++i) best = x[i] > best ? x[i] : best;
    return best;
}

}  // namespace detail

/// For shapes known at run time only.
template <code_type In, code_type Out>
constexpr void softmax_loop(const rows_config& config, const softmax_args<In, Out>& args) {
    for (int r = 0; r < config.rows; ++r) {
        const In* x = args.input + static_cast<std::ptrdiff_t>(r) * config.input_row();
        Out* y = args.output + static_cast<std::ptrdiff_t>(r) * config.output_row();
        const std::int32_t top = detail::largest(x, config.length);
        const auto e = [&](int i) { return (*args.exponentials)[static_cast<std::size_t>(top - x[i])]; };
        float sum = 0.0f;
        for (int i = 0; i < config.length; ++i) sum = exact::add(sum, e(i));
        for (int i = 0; i < config.length; ++i) {
            const float scaled = exact::mul(exact::div(e(i), sum), args.inverse_output_scale);
            y[i] = static_cast<Out>(quantype::detail::numerics::round_to_code(scaled, args.output_zero_point,
                                                                              lowest_code<Out>, highest_code<Out>));
        }
    }
}

template <rows_config Config, code_type In, code_type Out>
constexpr void softmax(const softmax_args<In, Out>& args) {
    static_assert(Config.valid(), "softmax: extents must be positive and strides at least as long as a row");
    softmax_loop(Config, args);
}

}  // namespace kernel::scalar

QUANTYPE_END_NAMESPACE
