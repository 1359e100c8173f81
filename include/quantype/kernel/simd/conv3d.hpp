// SPDX-License-Identifier: BSL-1.0
// Quantized 3-d convolution and transposed convolution (contract/conv3d.hpp): the windows are copied together, then
// kernel/simd/gemm.hpp.
#pragma once
#include <quantype/kernel/contract/conv3d.hpp>
#include <quantype/kernel/simd/gemm.hpp>
#include <quantype/kernel/simd/rows.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd {

namespace detail {

/// The window at output position `at`, [kernel depth][height][width][channels of the group].
template <conv3d_config Config, class In>
QUANTYPE_SIMD_INLINE void copy_volume(const In* volume, const int (&at)[3], std::int32_t zero_point,
                                      std::uint8_t* room) {
    constexpr conv3d_config c = Config;
    constexpr int depth = c.in_channels / c.groups, taps = c.kernel[0] * c.kernel[1] * c.kernel[2];
    for (int t = 0; t < taps; ++t) {
        const int tap[3] = {t / (c.kernel[1] * c.kernel[2]), t / c.kernel[2] % c.kernel[1], t % c.kernel[2]};
        std::ptrdiff_t position = 0;
        bool inside = true;
        for (int axis = 0; axis < 3; ++axis) {
            const int p = c.source(axis, at[axis], tap[axis]);
            inside = inside && p >= 0;
            position = position * c.input[axis] + p;
        }
        copy_pixel<Config.in_channels / Config.groups>(room + t * depth, volume + position * c.in_channels, inside,
                                                       zero_point);
    }
    fill_group(room, taps * depth);
}

}  // namespace detail

/// See contract/conv3d.hpp; same bits as scalar::conv3d.
template <vector_arch Arch, conv3d_config Config, class Policy, code_type In, code_type Out>
void conv3d(const conv3d_args<In, Out, typename Policy::params>& args) {
    static_assert(Config.valid(), "conv3d: extents, groups, padding and output size must agree");
    constexpr conv3d_config c = Config;
    constexpr int extents[3] = {Config.output(0), Config.output(1), Config.output(2)};
    constexpr int positions = extents[0] * extents[1] * extents[2];
    constexpr int depth = c.in_channels / c.groups, columns = c.out_channels / c.groups;
    constexpr std::ptrdiff_t volume = static_cast<std::ptrdiff_t>(c.input[0]) * c.input[1] * c.input[2] * c.in_channels;
    constexpr detail::gemm_shape shape{c.batch * positions, depth * c.kernel[0] * c.kernel[1] * c.kernel[2], columns,
                                       c.weight_zero_point};
    for (int group = 0; group < c.groups; ++group) {
        const In* input = args.input + group * depth;
        const auto row_at = [&](int m, std::uint8_t* room) __attribute__((always_inline)) -> const std::uint8_t* {
            const int n = m / positions, p = m % positions;
            const int at[3] = {p / (extents[1] * extents[2]), p / extents[2] % extents[1], p % extents[2]};
            detail::copy_volume<Config>(input + n * volume, at, args.input_zero_point, room);
            return room;
        };
        Out* output = args.output + group * columns;
        const auto out_at = [&](int m) __attribute__((always_inline)) {
            return output + static_cast<std::ptrdiff_t>(m) * c.out_channels;
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
