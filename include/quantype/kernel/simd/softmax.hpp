// SPDX-License-Identifier: BSL-1.0
// Softmax by the float rule (contract/softmax.hpp). The sum runs in a fixed order and the divisions stay scalar, so
// only scaling and rounding run on batches.
#pragma once
#include <quantype/kernel/contract/softmax.hpp>
#include <quantype/kernel/simd/narrow.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd {

namespace detail {

template <class Arch, class Code>
QUANTYPE_SIMD_INLINE std::int32_t largest(const Code* x, int length) {
    std::int32_t best = x[0];
    for (int i = 1; i < length; ++i) best = x[i] > best ? x[i] : best;
    return best;
}

}  // namespace detail

/// See contract/softmax.hpp; same bits as scalar::softmax.
template <vector_arch Arch, rows_config Config, code_type In, code_type Out>
void softmax(const softmax_args<In, Out>& args) {
    static_assert(Config.valid(), "softmax: extents must be positive and strides at least as long as a row");
    constexpr std::ptrdiff_t input_row = Config.input_row(), output_row = Config.output_row();
    constexpr int length = Config.length, n = detail::lanes<Arch>;
    const float* table = reinterpret_cast<const float*>(args.exponentials);
    const detail::target<Arch> to(args.output_zero_point, lowest_code<Out>, highest_code<Out>);
    const detail::floats<Arch> factor(args.inverse_output_scale);
    for (int r = 0; r < Config.rows; ++r) {
        const In* x = args.input + r * input_row;
        Out* y = args.output + r * output_row;
        const std::int32_t top = detail::largest<Arch>(x, length);
        float sum = 0.0f;
        for (int i = 0; i < length; ++i) sum = detail::opaque_scalar<Arch>(sum + table[top - x[i]]);
        for (int i = 0; i < length; i += 4 * n) {
            alignas(detail::most_alignment) detail::several<float, 4 * n> shares = {};
            for (int j = 0; j < 4 * n && i + j < length; ++j) shares[j] = detail::div<Arch>(table[top - x[i + j]], sum);
            const auto code = [&](int j) {
                return detail::round_to_code<Arch>(
                    detail::mul<Arch>(detail::floats<Arch>::load_aligned(shares + j * n), factor), to);
            };
            detail::store<Arch>(y + i, detail::narrow<Out, Arch>(code(0), code(1), code(2), code(3)), length - i);
        }
    }
}

}  // namespace kernel::simd

QUANTYPE_END_NAMESPACE
#endif
