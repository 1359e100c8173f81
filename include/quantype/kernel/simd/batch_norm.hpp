// SPDX-License-Identifier: BSL-1.0
// Batch normalisation of codes (contract/batch_norm.hpp) on batches: channels across the lanes, their parameters loaded
// once for all rows.
#pragma once
#include <quantype/kernel/contract/batch_norm.hpp>
#include <quantype/kernel/simd/batch.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd {

/// See contract/batch_norm.hpp; same bits as scalar::batch_norm.
template <vector_arch Arch, rows_config Config, code_type In, code_type Out>
void batch_norm(const batch_norm_args<In, Out>& args) {
    static_assert(Config.valid(), "batch_norm: extents must be positive and strides at least as long as a row");
    using floats = detail::floats<Arch>;
    constexpr std::ptrdiff_t input_row = Config.input_row(), output_row = Config.output_row();
    constexpr int length = Config.length;
    const detail::target<Arch> to(args.output_zero_point, args.output_lo, args.output_hi);
    const detail::ints<Arch> zero(args.input_zero_point);
    for (int c = 0; c < length; c += detail::width<Arch>) {
        const int rest = length - c;
        floats alpha[4] = {floats(0.0f), floats(0.0f), floats(0.0f), floats(0.0f)};
        floats beta[4] = {floats(0.0f), floats(0.0f), floats(0.0f), floats(0.0f)};
        for (int j = 0; j < 4 && j < rest; ++j) {
            const batch_norm_params* p = args.channels + c + j;
            alpha[j] = detail::collect<Arch, float>(p, 4, rest - j, [](const batch_norm_params& q) { return q.alpha; });
            beta[j] = detail::collect<Arch, float>(p, 4, rest - j, [](const batch_norm_params& q) { return q.beta; });
        }
        for (int r = 0; r < Config.rows; ++r) {
            detail::quads<Arch> q = detail::split<In, Arch>(detail::load<Arch>(args.input + r * input_row + c, rest));
            for (int j = 0; j < 4; ++j) {
                const floats scaled = detail::mul<Arch>(detail::to_float<Arch>(q.part[j] - zero), alpha[j]);
                q.part[j] = detail::round_to_code<Arch>(detail::add<Arch>(scaled, beta[j]), to);
            }
            detail::store<Arch>(args.output + r * output_row + c, detail::merge<Arch>(q), rest);
        }
    }
}

}  // namespace kernel::simd

QUANTYPE_END_NAMESPACE
#endif
