// SPDX-License-Identifier: BSL-1.0
// Linear layers and convolutions over weights as the contracts have them (kernel/simd/gemm.hpp): where the weights have
// a zero point, and where another epilogue follows. A window is copied together (missing pixels as the zero point,
// which adds nothing); a 1x1 window is read in place.
#pragma once
#include <quantype/kernel/contract/conv2d.hpp>
#include <quantype/kernel/contract/linear.hpp>
#include <quantype/kernel/simd/gemm.hpp>
#include <quantype/kernel/simd/rows.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd::detail {

template <class Arch, linear_config Config, class Policy, class In, class Out>
QUANTYPE_SIMD_INLINE void plain_linear(const linear_args<In, Out, typename Policy::params>& args) {
    constexpr gemm_shape shape{Config.rows, Config.in_features, Config.out_features, Config.weight_zero_point};
    constexpr std::ptrdiff_t input_row = Config.input_row(), output_row = Config.output_row();
    const auto row_at = [&](int m, std::uint8_t* room) __attribute__((always_inline)) {
        return plain_row<shape.depth>(args.input + m * input_row, room);
    };
    const auto out_at = [&](int m) __attribute__((always_inline)) { return args.output + m * output_row; };
    const to_codes<Arch, Policy, Out, decltype(out_at)> epilogue{
        args.channels, 1, {args.output_zero_point, args.output_lo, args.output_hi}, out_at};
    gemm<Arch, shape, In, std::int8_t>({args.weight, shape.depth, 1}, {args.input_zero_point, args.weight_zero_point},
                                       row_at, epilogue);
}

/// The window of output pixel (oy, ox), [kernel_height][kernel_width][channels of the group].
template <conv2d_config Config, class In>
QUANTYPE_SIMD_INLINE void copy_window(const In* image, int oy, int ox, std::int32_t zero_point, std::uint8_t* room) {
    constexpr conv2d_config c = Config;
    constexpr int depth = Config.in_channels_per_group();
    constexpr std::ptrdiff_t row = Config.input.row(), pixel = Config.input.pixel();
    constexpr bool rows_whole = depth == pixel && c.dilation_width == 1;
    constexpr int first_y = -c.input.halo.top, end_y = c.input.height + c.input.halo.bottom;
    constexpr int first_x = -c.input.halo.left, end_x = c.input.width + c.input.halo.right;
    const int y0 = oy * c.stride_height - c.padding.top, x0 = ox * c.stride_width - c.padding.left;
    for (int i = 0; i < c.kernel_height; ++i) {
        const int y = y0 + i * c.dilation_height;
        const bool has_row = y >= first_y && y < end_y;
        const In* from = image + y * row + x0 * pixel;
        std::uint8_t* to = room + i * c.kernel_width * depth;
        if (rows_whole && has_row && x0 >= first_x && x0 + c.kernel_width <= end_x) {
            copy_pixel<Config.kernel_width * Config.in_channels_per_group()>(to, from, true, zero_point);
            continue;
        }
        for (int j = 0; j < c.kernel_width; ++j) {
            const int x = x0 + j * c.dilation_width;
            copy_pixel<Config.in_channels_per_group()>(to + j * depth, from + j * c.dilation_width * pixel,
                                                       has_row && x >= first_x && x < end_x, zero_point);
        }
    }
    fill_group(room, Config.depth());
}

/// True where a window is one pixel of the image, in place.
constexpr bool reads_in_place(const conv2d_config& c) {
    return c.kernel_height == 1 && c.kernel_width == 1 && c.padding == sides{} && c.groups == 1 &&
           c.input.channels % 4 == 0;
}

/// Where the pixel of output row m lies in an image of the output's extents.
template <conv2d_config Config, image_layout Image>
QUANTYPE_SIMD_INLINE std::ptrdiff_t pixel_of(int m) {
    constexpr std::ptrdiff_t strides[3] = {Image.image(), Image.row(), Image.pixel()};
    constexpr int width = Config.output.width, plane = Config.output.height * width;
    return m / plane * strides[0] + m % plane / width * strides[1] + m % width * strides[2];
}

/// The product of one group. `epilogue` counts output channels from the group's first.
template <class Arch, conv2d_config Config, class In, class Args, class Epilogue>
QUANTYPE_SIMD_INLINE void conv2d_product(const Args& args, int group, const Epilogue& epilogue) {
    constexpr std::ptrdiff_t in_strides[3] = {Config.input.image(), Config.input.row() * Config.stride_height,
                                              Config.input.pixel() * Config.stride_width};
    constexpr int width = Config.output.width, plane = Config.output.height * width;
    constexpr int columns = Config.out_channels_per_group();
    constexpr gemm_shape shape{Config.batch * plane, Config.depth(), columns, Config.weight_zero_point};
    const In* input = args.input + group * Config.in_channels_per_group();
    const auto row_at = [&](int m, std::uint8_t* room) __attribute__((always_inline)) -> const std::uint8_t* {
        const int n = m / plane, oy = m % plane / width, ox = m % width;
        if constexpr (reads_in_place(Config))
            return reinterpret_cast<const std::uint8_t*>(input + n * in_strides[0] + oy * in_strides[1] +
                                                         ox * in_strides[2]);
        copy_window<Config>(input + n * in_strides[0], oy, ox, args.input_zero_point, room);
        return room;
    };
    const std::int8_t* weight = args.weight + static_cast<std::ptrdiff_t>(group) * columns * shape.depth;
    gemm<Arch, shape, In, std::int8_t>({weight, shape.depth, 1}, {args.input_zero_point, args.weight_zero_point},
                                       row_at, epilogue);
}

template <class Arch, conv2d_config Config, class Policy, class In, class Out>
QUANTYPE_SIMD_INLINE void conv2d_group(const conv2d_args<In, Out, typename Policy::params>& args, int group) {
    constexpr int columns = Config.out_channels_per_group();
    const auto out_at = [output = args.output + group * columns](int m)
                            __attribute__((always_inline)) { return output + pixel_of<Config, Config.output>(m); };
    const to_codes<Arch, Policy, Out, decltype(out_at)> epilogue{
        args.channels + group * columns, 1, {args.output_zero_point, args.output_lo, args.output_hi}, out_at};
    conv2d_product<Arch, Config, In>(args, group, epilogue);
}

}  // namespace kernel::simd::detail

QUANTYPE_END_NAMESPACE
#endif
