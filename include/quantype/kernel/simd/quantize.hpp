// SPDX-License-Identifier: BSL-1.0
// Quantize and dequantize between float tensors and NHWC codes (contract/quantize.hpp) on batches. Vectors run along
// whatever is consecutive on the float side; codes at a stride go through a small buffer.
#pragma once
#include <quantype/kernel/contract/quantize.hpp>
#include <quantype/kernel/simd/interleave.hpp>
#include <quantype/kernel/simd/narrow.hpp>
#include <quantype/kernel/simd/threads.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd {

namespace detail {

/// `count` floats (up to a batch), zero behind them.
template <class Arch>
QUANTYPE_SIMD_INLINE floats<Arch> load_floats(const float* p, int count) {
    if (count >= lanes<Arch>) return floats<Arch>::load_unaligned(p);
    alignas(most_alignment) float room[lanes<Arch>] = {};
    for (int i = 0; i < count; ++i) room[i] = p[i];
    return floats<Arch>::load_aligned(room);
}
template <class Arch>
QUANTYPE_SIMD_INLINE void store_floats(float* p, const floats<Arch>& x, int count) {
    if (count >= lanes<Arch>) return x.store_unaligned(p);
    alignas(most_alignment) float room[lanes<Arch>];
    x.store_aligned(room);
    for (int i = 0; i < count; ++i) p[i] = room[i];
}

/// `count` consecutive floats to codes at a stride.
template <class Arch, class Out>
QUANTYPE_SIMD_INLINE void quantize_run(const float* x, Out* y, int count, int stride, float inverse,
                                       const target<Arch>& to) {
    const floats<Arch> factor(inverse);
    for (int i = 0; i < count; i += width<Arch>) {
        ints<Arch> q[4] = {to.int_low, to.int_low, to.int_low, to.int_low};
        for (int j = 0; j < 4; ++j) {
            const int at = i + j * lanes<Arch>;
            if (at < count) q[j] = round_to_code<Arch>(mul<Arch>(load_floats<Arch>(x + at, count - at), factor), to);
        }
        const bytes<Arch> codes = narrow<Out, Arch>(q[0], q[1], q[2], q[3]);
        if (stride == 1) {
            store<Arch>(y + i, codes, count - i);
        } else {
            alignas(most_alignment) std::uint8_t room[width<Arch>];
            codes.store_aligned(room);
            for (int k = 0; k < width<Arch> && i + k < count; ++k)
                y[static_cast<std::ptrdiff_t>(i + k) * stride] = static_cast<Out>(room[k]);
        }
    }
}

/// `count` codes at a stride to consecutive floats.
template <class Arch, class In>
QUANTYPE_SIMD_INLINE void dequantize_run(const In* x, float* y, int count, int stride, float scale,
                                         std::int32_t zero_point) {
    const floats<Arch> factor(scale);
    const ints<Arch> zero(zero_point);
    for (int i = 0; i < count; i += lanes<Arch>) {
        const int rest = count - i;
        if (stride == 1 && rest >= lanes<Arch>) {
            mul<Arch>(to_float<Arch>(widen<Arch>(x + i) - zero), factor).store_unaligned(y + i);
            continue;
        }
        alignas(most_alignment) std::int32_t room[lanes<Arch>] = {};
        const In* from = x + static_cast<std::ptrdiff_t>(i) * stride;
        for (int k = 0; k < lanes<Arch>; ++k)
            if (k < rest) room[k] = from[static_cast<std::ptrdiff_t>(k) * stride];
        store_floats<Arch>(y + i, mul<Arch>(to_float<Arch>(ints<Arch>::load_aligned(room) - zero), factor), rest);
    }
}

/// How the elements of a quantize_config fall into runs that are consecutive on the float side.
struct float_runs {
    int outer;  ///< images, rows, and pixels or channels if those are not part of a run
    int inner;
    int count;                        ///< elements of a run
    int stride;                       ///< of the codes
    std::ptrdiff_t image, row, step;  ///< of the codes
};
constexpr float_runs make_runs(const image_layout& l, bool nchw) {
    if (nchw) return {l.height, l.channels, l.width, l.pixel(), l.image(), l.row(), 1};
    if (l.pixel() == l.channels) return {l.height, 1, l.width * l.channels, 1, l.image(), l.row(), 0};
    return {l.height, l.width, l.channels, 1, l.image(), l.row(), l.pixel()};
}

/// visit(position of the codes, position of the floats) for each run of some rows.
template <class Arch, class Visit>
QUANTYPE_SIMD_INLINE void for_each_run(int batch, const float_runs& r, bool nchw, slice rows, const Visit& visit) {
    for (int n = 0; n < batch; ++n) {
        for (int y = rows.first; y < rows.last; ++y) {
            for (int i = 0; i < r.inner; ++i) {
                const std::ptrdiff_t before = nchw ? (static_cast<std::ptrdiff_t>(n) * r.inner + i) * r.outer + y
                                                   : (static_cast<std::ptrdiff_t>(n) * r.outer + y) * r.inner + i;
                visit(n * r.image + y * r.row + i * r.step, before * r.count);
            }
        }
    }
}

/// A colour image: rows of each channel, then their pixels.
template <class Arch, quantize_config Config, class Out>
QUANTYPE_SIMD_INLINE void quantize_three_channels(const quantize_args<Out>& args, const target<Arch>& to, slice some) {
    constexpr int width = Config.codes.width, height = Config.codes.height;
    constexpr std::ptrdiff_t image = Config.codes.image(), row = Config.codes.row(), plane = height * width;
    alignas(most_alignment) several<Out, 3 * width> rows;
    for (int n = 0; n < Config.batch; ++n)
        for (int y = some.first; y < some.last; ++y) {
            const float* x = args.input + n * 3 * plane + y * width;
            for (int c = 0; c < 3; ++c)
                quantize_run<Arch>(x + c * plane, rows + c * width, width, 1, args.inverse_scale, to);
            interleave_three(reinterpret_cast<const std::uint8_t*>(rows), width,
                             reinterpret_cast<std::uint8_t*>(args.output + n * image + y * row));
        }
}

template <class Arch, quantize_config Config, class Out>
QUANTYPE_SIMD_INLINE void quantize_rows(const quantize_args<Out>& args, slice rows) {
    constexpr bool nchw = Config.order == element_order::nchw;
    constexpr float_runs runs = make_runs(Config.codes, nchw);
    const target<Arch> to(args.zero_point, args.output_lo, args.output_hi);
    if constexpr (nchw && Config.codes.channels == 3 && Config.codes.pixel() == 3)
        return quantize_three_channels<Arch, Config>(args, to, rows);
    for_each_run<Arch>(Config.batch, runs, nchw, rows, [&](std::ptrdiff_t code, std::ptrdiff_t real) {
        quantize_run<Arch>(args.input + real, args.output + code, runs.count, runs.stride, args.inverse_scale, to);
    });
}

/// The policy for calls that quantize or dequantize.
template <class Threads, quantize_config Config>
using border_threads = threads_for<Threads, element_work * Config.batch * Config.codes.height * Config.codes.width *
                                                Config.codes.channels>;

}  // namespace detail

/// See contract/quantize.hpp; same bits as scalar::quantize.
template <vector_arch Arch, quantize_config Config, code_type Out, class Threads = no_threads>
void quantize(const quantize_args<Out>& args) {
    static_assert(Config.valid(), "quantize: extents must be positive");
    detail::border_threads<Threads, Config>::split(
        Config.codes.height, [&](int first, int last) __attribute__((always_inline)) {
            detail::quantize_rows<Arch, Config>(args, detail::slice{first, last});
        });
}

/// See contract/quantize.hpp; same bits as scalar::dequantize.
template <vector_arch Arch, quantize_config Config, code_type In, class Threads = no_threads>
void dequantize(const dequantize_args<In>& args) {
    static_assert(Config.valid(), "dequantize: extents must be positive");
    constexpr bool nchw = Config.order == element_order::nchw;
    constexpr detail::float_runs runs = detail::make_runs(Config.codes, nchw);
    detail::border_threads<Threads, Config>::split(runs.outer, [&](int first, int last) __attribute__((always_inline)) {
        detail::for_each_run<Arch>(Config.batch, runs, nchw, detail::slice{first, last},
                                   [&](std::ptrdiff_t code, std::ptrdiff_t real) {
                                       detail::dequantize_run<Arch>(args.input + code, args.output + real, runs.count,
                                                                    runs.stride, args.scale, args.zero_point);
                                   });
    });
}

}  // namespace kernel::simd

QUANTYPE_END_NAMESPACE
#endif
