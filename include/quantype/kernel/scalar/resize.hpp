// SPDX-License-Identifier: BSL-1.0
// The specification of resizing images of codes (contract/resize.hpp).
#pragma once
#include <quantype/kernel/contract/resize.hpp>
#include <quantype/numerics/requantize.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::scalar {

namespace detail {

/// Where output position i of one axis reads: two neighbours and the weight of the second.
struct source_position {
    int first = 0;
    int second = 0;
    float weight = 0.0f;
};

constexpr source_position source_of(resize_mode mode, int i, int in, int out) {
    const float ratio = exact::div(exact::to_float(in), exact::to_float(out));
    if (mode == resize_mode::nearest) {
        const int p = static_cast<int>(exact::mul(exact::to_float(i), ratio));
        return {p < in ? p : in - 1, 0, 0.0f};
    }
    const float centre = exact::sub(exact::mul(ratio, exact::add(exact::to_float(i), 0.5f)), 0.5f);
    const float position = centre > 0.0f ? centre : 0.0f;
    const int first = static_cast<int>(position);
    return {first, first + 1 < in ? first + 1 : in - 1, exact::sub(position, exact::to_float(first))};
}

constexpr float mixed(float a, float b, float weight) {
    return exact::add(exact::mul(exact::sub(1.0f, weight), a), exact::mul(weight, b));
}

template <code_type Code>
constexpr Code resized(const resize_config& config, const resize_args<Code>& args, const Code* image,
                       const source_position& y, const source_position& x, int c) {
    const auto code = [&](int row, int column) { return std::int32_t{image[config.input.at(0, row, column) + c]}; };
    if (config.mode == resize_mode::nearest) return static_cast<Code>(code(y.first, x.first));
    const auto real = [&](int row, int column) { return exact::to_float(code(row, column)); };
    const float top = mixed(real(y.first, x.first), real(y.first, x.second), x.weight);
    const float bottom = mixed(real(y.second, x.first), real(y.second, x.second), x.weight);
    const float steps = exact::sub(mixed(top, bottom, y.weight), exact::to_float(args.zero_point));
    return static_cast<Code>(
        quantype::detail::numerics::round_to_code(steps, args.zero_point, lowest_code<Code>, highest_code<Code>));
}

}  // namespace detail

/// For shapes known at run time only.
template <code_type Code>
constexpr void resize_loop(const resize_config& config, const resize_args<Code>& args) {
    const image_layout& in = config.input;
    const image_layout& out = config.output;
    for (int n = 0; n < config.batch; ++n) {
        for (int oy = 0; oy < out.height; ++oy) {
            const detail::source_position y = detail::source_of(config.mode, oy, in.height, out.height);
            for (int ox = 0; ox < out.width; ++ox) {
                const detail::source_position x = detail::source_of(config.mode, ox, in.width, out.width);
                for (int c = 0; c < out.channels; ++c)
                    args.output[out.at(n, oy, ox) + c] =
                        detail::resized(config, args, args.input + in.at(n, 0, 0), y, x, c);
            }
        }
    }
}

template <resize_config Config, code_type Code>
constexpr void resize(const resize_args<Code>& args) {
    static_assert(Config.valid(), "resize: extents must be positive and channels equal");
    resize_loop(Config, args);
}

}  // namespace kernel::scalar

QUANTYPE_END_NAMESPACE
