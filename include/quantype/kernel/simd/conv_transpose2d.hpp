// SPDX-License-Identifier: BSL-1.0
// Quantized transposed 2-d convolution (contract/conv_transpose2d.hpp): for each output pixel the contributing input
// pixels are copied together, the others count as the zero point, which adds nothing; then kernel/simd/gemm.hpp.
#pragma once
#include <quantype/kernel/contract/conv_transpose2d.hpp>
#include <quantype/kernel/simd/gemm.hpp>
#include <quantype/kernel/simd/rows.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd {

namespace detail {

/// The input pixels behind output pixel (oy, ox), [kernel_height][kernel_width][channels of the group].
template <conv_transpose2d_config Config, class In>
QUANTYPE_SIMD_INLINE void copy_sources(const In* image, int oy, int ox, std::int32_t zero_point, std::uint8_t* room) {
    constexpr conv_transpose2d_config c = Config;
    constexpr int depth = c.input.channels / c.groups, taps = c.kernel_height * c.kernel_width;
    constexpr std::ptrdiff_t row = Config.input.row(), pixel = Config.input.pixel();
    for (int t = 0; t < taps; ++t) {
        const int y = oy + c.padding_top - t / c.kernel_width * c.dilation_height;
        const int x = ox + c.padding_left - t % c.kernel_width * c.dilation_width;
        const bool present = y >= 0 && y % c.stride_height == 0 && y / c.stride_height < c.input.height && x >= 0 &&
                             x % c.stride_width == 0 && x / c.stride_width < c.input.width;
        copy_pixel<Config.input.channels / Config.groups>(
            room + t * depth, image + y / c.stride_height * row + x / c.stride_width * pixel, present, zero_point);
    }
    fill_group(room, taps * depth);
}

}  // namespace detail

/// See contract/conv_transpose2d.hpp; same bits as scalar::conv_transpose2d.
template <vector_arch Arch, conv_transpose2d_config Config, class Policy, code_type In, code_type Out>
void conv_transpose2d(const conv_transpose2d_args<In, Out, typename Policy::params>& args) {
    static_assert(Config.valid(), "conv_transpose2d: extents and groups must agree");
    constexpr conv_transpose2d_config c = Config;
    constexpr int plane = c.output.height * c.output.width;
    constexpr int depth = c.input.channels / c.groups, columns = c.output.channels / c.groups;
    constexpr std::ptrdiff_t in_image = Config.input.image();
    constexpr std::ptrdiff_t out[3] = {Config.output.image(), Config.output.row(), Config.output.pixel()};
    constexpr detail::gemm_shape shape{c.batch * plane, depth * c.kernel_height * c.kernel_width, columns,
                                       c.weight_zero_point};
    for (int group = 0; group < c.groups; ++group) {
        const In* input = args.input + group * depth;
        const auto row_at = [&](int m, std::uint8_t* room) __attribute__((always_inline)) -> const std::uint8_t* {
            detail::copy_sources<Config>(input + m / plane * in_image, m % plane / c.output.width, m % c.output.width,
                                         args.input_zero_point, room);
            return room;
        };
        Out* output = args.output + group * columns;
        const auto out_at = [&](int m) __attribute__((always_inline)) {
            return output + m / plane * out[0] + m % plane / c.output.width * out[1] + m % c.output.width * out[2];
        };
        const detail::to_codes<Arch, Policy, Out, decltype(out_at)> epilogue{
            args.channels + group * columns, 1, {args.output_zero_point, args.output_lo, args.output_hi}, out_at};
        const std::int8_t* weight = args.weight + static_cast<std::ptrdiff_t>(group) * columns * shape.depth;
        detail::gemm<Arch, shape, In, std::int8_t>({weight, shape.depth, 1},
                                                   {args.input_zero_point, args.weight_zero_point}, row_at, epilogue);
    }
}

}  // namespace kernel::simd

QUANTYPE_END_NAMESPACE
#endif
