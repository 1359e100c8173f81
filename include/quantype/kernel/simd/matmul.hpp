// SPDX-License-Identifier: BSL-1.0
// Product of two activations (contract/matmul.hpp): the second operand is packed as weights, quint8 codes moved to s8.
#pragma once
#include <quantype/kernel/contract/matmul.hpp>
#include <quantype/kernel/simd/gemm.hpp>
#include <quantype/kernel/simd/rows.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd {

/// See contract/matmul.hpp; same bits as scalar::matmul.
template <vector_arch Arch, matmul_config Config, class Policy, code_type A, code_type B, code_type Out>
void matmul(const matmul_args<A, B, Out, typename Policy::params>& args) {
    static_assert(Config.valid(), "matmul: extents must be positive");
    constexpr int rows = Config.rows, depth = Config.depth, columns = Config.columns;
    constexpr detail::gemm_shape shape{rows, depth, columns, true, false};
    constexpr std::ptrdiff_t a_step = Config.a_repeats ? 0 : std::ptrdiff_t{rows} * depth;
    constexpr std::ptrdiff_t b_step = Config.b_repeats ? 0 : std::ptrdiff_t{depth} * columns;
    for (int n = 0; n < Config.batch; ++n) {
        const A* a = args.a + n * a_step;
        const auto row_at = [&](int m, std::uint8_t* room) __attribute__((always_inline)) {
            return detail::plain_row<depth>(a + std::ptrdiff_t{m} * depth, room);
        };
        Out* output = args.output + std::ptrdiff_t{n} * rows * columns;
        const auto out_at = [&](int m) __attribute__((always_inline)) { return output + std::ptrdiff_t{m} * columns; };
        const detail::to_codes<Arch, Policy, Out, decltype(out_at)> epilogue{
            &args.params, 0, {args.output_zero_point, args.output_lo, args.output_hi}, out_at};
        detail::gemm<Arch, shape, A, B>({args.b + n * b_step, 1, columns}, {args.a_zero_point, args.b_zero_point},
                                        row_at, epilogue);
    }
}

}  // namespace kernel::simd

QUANTYPE_END_NAMESPACE
#endif
