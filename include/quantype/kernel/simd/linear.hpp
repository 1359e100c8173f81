// SPDX-License-Identifier: BSL-1.0
// Quantized linear layer (contract/linear.hpp) on batches.
#pragma once
#include <quantype/kernel/contract/linear.hpp>
#include <quantype/kernel/simd/gemm.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd {

namespace detail {

/// Row m of a matrix; copied where its length is no multiple of four, since a tile reads groups of four.
template <int Depth, class In>
QUANTYPE_SIMD_INLINE const std::uint8_t* plain_row(const In* row, std::uint8_t* room) {
    if constexpr (Depth % 4 == 0) return reinterpret_cast<const std::uint8_t*>(row);
    __builtin_memcpy(room, row, static_cast<std::size_t>(Depth));
    for (int k = Depth; k % 4 != 0; ++k) room[k] = 0;
    return room;
}

}  // namespace detail

/// See contract/linear.hpp; same bits as scalar::linear.
template <vector_arch Arch, linear_config Config, class Policy, code_type In, code_type Out>
void linear(const linear_args<In, Out, typename Policy::params>& args) {
    static_assert(Config.valid(), "linear: extents must be positive and strides at least as long as a row");
    constexpr detail::gemm_shape shape{Config.rows, Config.in_features, Config.out_features, Config.weight_zero_point};
    constexpr std::ptrdiff_t input_row = Config.input_row(), output_row = Config.output_row();
    const auto row_at = [&](int m, std::uint8_t* room) __attribute__((always_inline)) {
        return detail::plain_row<shape.depth>(args.input + m * input_row, room);
    };
    const auto out_at = [&](int m) __attribute__((always_inline)) { return args.output + m * output_row; };
    const detail::to_codes<Arch, Policy, Out, decltype(out_at)> epilogue{
        args.channels, 1, {args.output_zero_point, args.output_lo, args.output_hi}, out_at};
    detail::gemm<Arch, shape, In, std::int8_t>({args.weight, shape.depth, 1},
                                               {args.input_zero_point, args.weight_zero_point}, row_at, epilogue);
}

}  // namespace kernel::simd

QUANTYPE_END_NAMESPACE
#endif
