// SPDX-License-Identifier: BSL-1.0
// Quantized 2-d convolution (contract/conv2d.hpp) on batches: a matrix product whose rows are the windows of the image.
// A window is copied together (missing pixels as the zero point, which adds nothing); a 1x1 window is read in place.
// Depthwise convolutions go to kernel/simd/depthwise2d.hpp.
#pragma once
#include <quantype/kernel/contract/conv2d.hpp>
#include <quantype/kernel/simd/depthwise2d.hpp>
#include <quantype/kernel/simd/gemm.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd {

namespace detail {

/// Fills the bytes from `used` up to a multiple of four.
QUANTYPE_SIMD_INLINE void fill_group(std::uint8_t* room, int used) {
    for (int k = used; k % 4 != 0; ++k) room[k] = 0;
}

/// One pixel's channels of a group, or the zero point.
template <int Depth, class In>
QUANTYPE_SIMD_INLINE void copy_pixel(std::uint8_t* to, const In* pixel, bool present, std::int32_t zero_point) {
    if (present)
        __builtin_memcpy(to, pixel, static_cast<std::size_t>(Depth));
    else
        __builtin_memset(to, static_cast<std::uint8_t>(zero_point), static_cast<std::size_t>(Depth));
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

}  // namespace detail

/// See contract/conv2d.hpp; same bits as scalar::conv2d.
template <vector_arch Arch, conv2d_config Config, class Policy, code_type In, code_type Out>
void conv2d(const conv2d_args<In, Out, typename Policy::params>& args) {
    static_assert(Config.valid(), "conv2d: extents, groups, padding and output size must agree");
    if constexpr (detail::depthwise_fits(Config)) {
        detail::depthwise2d<Arch, Config, Policy>(args);
    } else {
        for (int group = 0; group < Config.groups; ++group) detail::conv2d_group<Arch, Config, Policy>(args, group);
    }
}

}  // namespace kernel::simd

QUANTYPE_END_NAMESPACE
#endif
