// SPDX-License-Identifier: BSL-1.0
// The specification of layer, group and instance norm of codes (contract/normalize.hpp).
#pragma once
#include <quantype/kernel/contract/normalize.hpp>
#include <quantype/numerics/elementary.hpp>
#include <quantype/numerics/requantize.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::scalar {

namespace detail {

/// Mean of a block in codes, and the factor from a difference of codes to normalised units.
struct block_statistics {
    float mean = 0.0f;
    float factor = 1.0f;
};

constexpr float rounded(std::int64_t sum) { return exact::opaque(static_cast<float>(sum)); }

template <code_type In>
constexpr block_statistics statistics_of(const In* x, int length, float scale, float eps) {
    std::int64_t sum = 0;
    std::int64_t squares = 0;
    for (int i = 0; i < length; ++i) {
        sum += x[i];
        squares += std::int32_t{x[i]} * x[i];
    }
    const float n = exact::to_float(length);
    const float mean = exact::div(rounded(sum), n);
    const float spread = exact::sub(exact::div(rounded(squares), n), exact::mul(mean, mean));
    const float variance = spread > 0.0f ? spread : 0.0f;
    const float real = exact::add(exact::mul(exact::mul(variance, scale), scale), eps);
    return {mean, exact::div(scale, elementary::sqrt(real))};
}

}  // namespace detail

/// For shapes known at run time only.
template <code_type In, code_type Out>
constexpr void normalize_loop(const normalize_config& config, const normalize_args<In, Out>& args) {
    for (int k = 0; k < config.blocks; ++k) {
        const In* x = args.input + static_cast<std::ptrdiff_t>(k) * config.length;
        Out* y = args.output + static_cast<std::ptrdiff_t>(k) * config.length;
        const detail::block_statistics s = detail::statistics_of(x, config.length, args.input_scale, args.eps);
        const int first = k % config.period * (config.length / config.span);
        for (int i = 0; i < config.length; ++i) {
            float v = exact::mul(exact::sub(exact::to_float(std::int32_t{x[i]}), s.mean), s.factor);
            const int channel = first + i / config.span;
            if (args.weight) v = exact::add(exact::mul(v, args.weight[channel]), args.bias[channel]);
            y[i] = static_cast<Out>(quantype::detail::numerics::round_to_code(
                exact::mul(v, args.inverse_output_scale), args.output_zero_point, lowest_code<Out>, highest_code<Out>));
        }
    }
}

template <normalize_config Config, code_type In, code_type Out>
constexpr void normalize(const normalize_args<In, Out>& args) {
    static_assert(Config.valid(), "normalize: blocks must divide into spans and periods");
    normalize_loop(Config, args);
}

}  // namespace kernel::scalar

QUANTYPE_END_NAMESPACE
