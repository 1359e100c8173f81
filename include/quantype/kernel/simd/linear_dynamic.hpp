// SPDX-License-Identifier: BSL-1.0
// Dynamic linear layer (contract/linear_dynamic.hpp) on batches: range, codes and products; the scale and zero point
// are computed by the scalar rule of numerics/choose_qparams.hpp.
#pragma once
#include <quantype/kernel/contract/linear_dynamic.hpp>
#include <quantype/kernel/simd/gemm.hpp>
#include <quantype/kernel/simd/quantize.hpp>
#include <quantype/kernel/simd/rows.hpp>
#include <quantype/numerics/choose_qparams.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd {

namespace detail {

/// The smallest and the largest of finite values and zero.
struct value_range {
    float lo = 0.0f;
    float hi = 0.0f;
};
template <class Arch>
QUANTYPE_SIMD_INLINE value_range range_of(const float* x, std::ptrdiff_t count) {
    floats<Arch> lo(0.0f), hi(0.0f);
    for (std::ptrdiff_t i = 0; i < count; i += lanes<Arch>) {
        const auto rest = count - i < lanes<Arch> ? static_cast<int>(count - i) : lanes<Arch>;
        const floats<Arch> v = load_floats<Arch>(x + i, rest);
        lo = xsimd::min(lo, v);
        hi = xsimd::max(hi, v);
    }
    alignas(most_alignment) float room[2][lanes<Arch>];
    lo.store_aligned(room[0]);
    hi.store_aligned(room[1]);
    value_range r;
    for (int i = 0; i < lanes<Arch>; ++i) {
        r.lo = room[0][i] < r.lo ? room[0][i] : r.lo;
        r.hi = room[1][i] > r.hi ? room[1][i] : r.hi;
    }
    return r;
}

/// The scalar rule, inlined here whole so that no copy of it compiled for this arch is left for others to link.
template <class Arch>
__attribute__((flatten)) scale_zero_point dynamic_qparams(const value_range& r, bool reduce_range) {
    return choose_dynamic_qparams(r.lo, r.hi, {0, reduce_range ? 127 : 255});
}

}  // namespace detail

/// See contract/linear_dynamic.hpp; same bits as scalar::linear_dynamic.
template <vector_arch Arch, linear_config Config>
void linear_dynamic(const linear_dynamic_args& args) {
    static_assert(Config.valid() && Config.input_row() == Config.in_features,
                  "linear_dynamic: the input must be dense");
    constexpr int depth = Config.in_features, count = Config.rows * depth;
    constexpr detail::gemm_shape shape{Config.rows, depth, Config.out_features, Config.weight_zero_point};
    const scale_zero_point q =
        detail::dynamic_qparams<Arch>(detail::range_of<Arch>(args.input, count), args.reduce_range);
    detail::quantize_run<Arch>(args.input, args.codes, count, 1, detail::div<Arch>(1.0f, q.scale),
                               detail::target<Arch>(q.zero_point, 0, 255));
    const auto row_at = [&](int m, std::uint8_t* room) __attribute__((always_inline)) {
        return detail::plain_row<depth>(args.codes + std::ptrdiff_t{m} * depth, room);
    };
    const detail::to_reals<Arch> epilogue{args.weight_scales, args.bias,   q.scale,
                                          args.relu,          args.output, Config.output_row()};
    detail::gemm<Arch, shape, std::uint8_t, std::int8_t>({args.weight, depth, 1},
                                                         {q.zero_point, args.weight_zero_point}, row_at, epilogue);
}

}  // namespace kernel::simd

QUANTYPE_END_NAMESPACE
#endif
