// SPDX-License-Identifier: BSL-1.0
// The specification of the linear layer with activations quantized on the way (contract/linear_dynamic.hpp).
#pragma once
#include <quantype/kernel/contract/linear_dynamic.hpp>
#include <quantype/numerics/affine.hpp>
#include <quantype/numerics/choose_qparams.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::scalar {

/// Scale and zero point for `count` finite values by the rule of torch.ops.quantized.linear_dynamic; zero is in the
/// range.
constexpr scale_zero_point choose_dynamic(const float* values, std::ptrdiff_t count, code_range codes) {
    float lo = 0.0f;
    float hi = 0.0f;
    for (std::ptrdiff_t i = 0; i < count; ++i) {
        lo = values[i] < lo ? values[i] : lo;
        hi = values[i] > hi ? values[i] : hi;
    }
    return choose_dynamic_qparams(lo, hi, codes);
}

/// y[i] = (code of x[i] - zero point) * scale, with scale and zero point chosen as above for all of x.
constexpr void quantize_dequantize_dynamic(const float* x, std::ptrdiff_t count, code_range codes, float* y) {
    const scale_zero_point q = choose_dynamic(x, count, codes);
    const float inverse = inverse_of(static_cast<double>(q.scale));
    for (std::ptrdiff_t i = 0; i < count; ++i)
        y[i] = quantype::dequantize(quantype::quantize(x[i], inverse, q.zero_point, codes), q.scale, q.zero_point);
}

/// For shapes known at run time only.
constexpr void linear_dynamic_loop(const linear_config& config, const linear_dynamic_args& args) {
    const std::ptrdiff_t count = static_cast<std::ptrdiff_t>(config.rows) * config.in_features;
    const scale_zero_point q = choose_dynamic(args.input, count, dynamic_codes(quint8, args.reduce_range));
    const float inverse = inverse_of(static_cast<double>(q.scale));
    const std::int32_t zw = config.weight_zero_point ? args.weight_zero_point : 0;
    for (std::ptrdiff_t i = 0; i < count; ++i)
        args.codes[i] =
            static_cast<std::uint8_t>(quantype::quantize(args.input[i], inverse, q.zero_point, codes_of(quint8)));
    for (int m = 0; m < config.rows; ++m) {
        const std::uint8_t* x = args.codes + static_cast<std::ptrdiff_t>(m) * config.in_features;
        float* y = args.output + static_cast<std::ptrdiff_t>(m) * config.output_row();
        for (int n = 0; n < config.out_features; ++n) {
            const std::int8_t* w = args.weight + static_cast<std::ptrdiff_t>(n) * config.in_features;
            std::int32_t acc = 0;
            for (int k = 0; k < config.in_features; ++k) acc += (x[k] - q.zero_point) * (w[k] - zw);
            const float scale = exact::mul(args.weight_scales[n], q.scale);
            const float real = exact::mul(exact::to_float(acc), scale);
            y[n] = args.bias ? exact::add(real, args.bias[n]) : real;
            if (args.relu && y[n] < 0.0f) y[n] = 0.0f;
        }
    }
}

/// Precondition: config.input_stride is 0 (the input is dense).
template <linear_config Config>
constexpr void linear_dynamic(const linear_dynamic_args& args) {
    static_assert(Config.valid() && Config.input_row() == Config.in_features,
                  "linear_dynamic: the input must be dense");
    linear_dynamic_loop(Config, args);
}

}  // namespace kernel::scalar

QUANTYPE_END_NAMESPACE
