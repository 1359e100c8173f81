// SPDX-License-Identifier: BSL-1.0
// The specification of average pooling and adaptive average pooling (contract/pool.hpp).
#pragma once
#include <quantype/kernel/contract/pool.hpp>
#include <quantype/numerics/requantize.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::scalar {

namespace detail {

/// Rows top..bottom-1 and columns left..right-1 of an image.
struct window {
    int top = 0;
    int bottom = 0;
    int left = 0;
    int right = 0;
    constexpr int area() const { return (bottom - top) * (right - left); }
};

constexpr window intersect(const window& w, const window& bounds) {
    window r{w.top > bounds.top ? w.top : bounds.top, w.bottom < bounds.bottom ? w.bottom : bounds.bottom,
             w.left > bounds.left ? w.left : bounds.left, w.right < bounds.right ? w.right : bounds.right};
    if (r.bottom < r.top) r.bottom = r.top;
    if (r.right < r.left) r.right = r.left;
    return r;
}

template <code_type Code>
constexpr std::int32_t sum_of_codes(const image_layout& layout, const Code* image, const window& w, int c) {
    std::int32_t sum = 0;
    for (int y = w.top; y < w.bottom; ++y)
        for (int x = w.left; x < w.right; ++x) sum += image[layout.at(0, y, x) + c];
    return sum;
}

// Integer division rounded half away from zero.
constexpr std::int32_t divide_half_away(std::int32_t sum, std::int32_t n) {
    return sum > 0 ? (sum + n / 2) / n : (sum - n / 2) / n;
}

/// The divisor D of one window (contract/pool.hpp), and its part inside the image.
struct pool_window {
    window inside{};
    int divisor = 1;
};

constexpr pool_window pool_window_at(const avg_pool2d_config& config, int oy, int ox) {
    const int top = oy * config.stride_height - config.padding.top;
    const int left = ox * config.stride_width - config.padding.left;
    const window whole{top, top + config.kernel_height, left, left + config.kernel_width};
    const window padded = intersect(whole, {-config.padding.top, config.input.height + config.padding.bottom,
                                            -config.padding.left, config.input.width + config.padding.right});
    const window inside = intersect(whole, {0, config.input.height, 0, config.input.width});
    int divisor = config.count_include_pad ? padded.area() : inside.area();
    if (config.divisor_override > 0) divisor = config.divisor_override;
    if (config.rule == avg_pool_rule::mobile) divisor = config.kernel_height * config.kernel_width;
    return {inside, divisor};
}

template <code_type Code>
constexpr std::int32_t average(const avg_pool2d_config& config, const avg_pool2d_args<Code>& args, const Code* image,
                               const pool_window& w, int c) {
    const std::int32_t lo = args.output_lo;
    const std::int32_t hi = args.output_hi;
    const std::int32_t codes = sum_of_codes(config.input, image, w.inside, c);
    if (config.rule == avg_pool_rule::tflite) return quantype::clamp(divide_half_away(codes, w.inside.area()), lo, hi);
    const std::int32_t sum = codes - w.inside.area() * args.zero_point;
    const float mean = exact::mul(exact::to_float(sum), exact::div(1.0f, exact::to_float(w.divisor)));
    if (config.rule == avg_pool_rule::zero_point_then_round)
        return quantype::detail::numerics::round_to_code(exact::add(mean, exact::to_float(args.zero_point)), 0, lo, hi);
    return quantype::detail::numerics::round_to_code(mean, args.zero_point, lo, hi);
}

// Window i of `parts` windows that divide `size`: [floor(i * size / parts), ceil((i + 1) * size / parts)).
constexpr int part_begin(int i, int size, int parts) { return i * size / parts; }
constexpr int part_end(int i, int size, int parts) { return ((i + 1) * size + parts - 1) / parts; }

template <code_type Code>
constexpr std::int32_t adaptive_average(const adaptive_avg_pool2d_config& config, const avg_pool2d_args<Code>& args,
                                        const Code* image, const window& w, int c) {
    const std::int32_t sum = sum_of_codes(config.input, image, w, c) - w.area() * args.zero_point;
    const float n = exact::to_float(w.area());
    if (config.rule == avg_pool_rule::zero_point_then_round) {
        const float mean = exact::div(exact::to_float(sum), n);
        return quantype::detail::numerics::round_to_code(exact::add(mean, exact::to_float(args.zero_point)), 0,
                                                         args.output_lo, args.output_hi);
    }
    const float mean = exact::mul(exact::to_float(sum), exact::div(1.0f, n));
    return quantype::detail::numerics::round_to_code(mean, args.zero_point, args.output_lo, args.output_hi);
}

}  // namespace detail

/// For shapes known at run time only.
template <code_type Code>
constexpr void avg_pool2d_loop(const avg_pool2d_config& config, const avg_pool2d_args<Code>& args) {
    for (int n = 0; n < config.batch; ++n) {
        const Code* image = args.input + config.input.at(n, 0, 0);
        for (int oy = 0; oy < config.output.height; ++oy) {
            for (int ox = 0; ox < config.output.width; ++ox) {
                const detail::pool_window w = detail::pool_window_at(config, oy, ox);
                Code* out = args.output + config.output.at(n, oy, ox);
                for (int c = 0; c < config.output.channels; ++c)
                    out[c] = static_cast<Code>(detail::average(config, args, image, w, c));
            }
        }
    }
}

template <avg_pool2d_config Config, code_type Code>
constexpr void avg_pool2d(const avg_pool2d_args<Code>& args) {
    static_assert(Config.valid(), "avg_pool2d: extents must be positive and channels equal");
    avg_pool2d_loop(Config, args);
}

/// For shapes known at run time only.
template <code_type Code>
constexpr void adaptive_avg_pool2d_loop(const adaptive_avg_pool2d_config& config, const avg_pool2d_args<Code>& args) {
    const image_layout& in = config.input;
    const image_layout& out = config.output;
    for (int n = 0; n < config.batch; ++n) {
        const Code* image = args.input + in.at(n, 0, 0);
        for (int oy = 0; oy < out.height; ++oy) {
            for (int ox = 0; ox < out.width; ++ox) {
                const detail::window w{
                    detail::part_begin(oy, in.height, out.height), detail::part_end(oy, in.height, out.height),
                    detail::part_begin(ox, in.width, out.width), detail::part_end(ox, in.width, out.width)};
                Code* y = args.output + out.at(n, oy, ox);
                for (int c = 0; c < out.channels; ++c)
                    y[c] = static_cast<Code>(detail::adaptive_average(config, args, image, w, c));
            }
        }
    }
}

template <adaptive_avg_pool2d_config Config, code_type Code>
constexpr void adaptive_avg_pool2d(const avg_pool2d_args<Code>& args) {
    static_assert(Config.valid(), "adaptive_avg_pool2d: extents must be positive and channels equal");
    adaptive_avg_pool2d_loop(Config, args);
}

}  // namespace kernel::scalar

QUANTYPE_END_NAMESPACE
