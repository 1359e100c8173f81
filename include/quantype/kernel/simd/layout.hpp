// SPDX-License-Identifier: BSL-1.0
// Permute, pad and fill_halo (contract/quantize.hpp): copies, for which batches bring nothing. They stand here so that
// there is one place to ask for every op.
#pragma once
#include <quantype/kernel/contract/quantize.hpp>
#include <quantype/kernel/simd/arch.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd {

/// Same bits as scalar::permute.
template <vector_arch Arch, permute_config Config, code_type Code>
void permute(const permute_args<Code>& args) {
    static_assert(Config.valid(), "permute: extents must be positive");
    constexpr image_layout l = Config.image;
    constexpr std::ptrdiff_t image = l.image(), row = l.row(), pixel = l.pixel();
    for (int n = 0; n < Config.batch; ++n) {
        for (int y = 0; y < l.height; ++y) {
            for (int c = 0; c < l.channels; ++c) {
                const std::ptrdiff_t at = n * image + y * row + c;
                const std::ptrdiff_t dense =
                    ((static_cast<std::ptrdiff_t>(n) * l.channels + c) * l.height + y) * l.width;
                for (int x = 0; x < l.width; ++x) {
                    if constexpr (Config.to_nchw)
                        args.output[dense + x] = args.input[at + x * pixel];
                    else
                        args.output[at + x * pixel] = args.input[dense + x];
                }
            }
        }
    }
}

/// Same bits as scalar::pad.
template <vector_arch Arch, pad_config Config, code_type Code>
void pad(const pad_args<Code>& args) {
    static_assert(Config.valid(), "pad: the output must hold the input, channels must be equal");
    constexpr image_layout in = Config.input, out = Config.output;
    constexpr std::ptrdiff_t in_strides[3] = {in.image(), in.row(), in.pixel()};
    constexpr std::ptrdiff_t out_strides[3] = {out.image(), out.row(), out.pixel()};
    for (int n = 0; n < Config.batch; ++n) {
        for (int y = 0; y < out.height; ++y) {
            for (int x = 0; x < out.width; ++x) {
                const int from_y = y - Config.top, from_x = x - Config.left;
                const bool inside = from_y >= 0 && from_y < in.height && from_x >= 0 && from_x < in.width;
                const std::ptrdiff_t from = n * in_strides[0] + from_y * in_strides[1] + from_x * in_strides[2];
                Code* to = args.output + n * out_strides[0] + y * out_strides[1] + x * out_strides[2];
                for (int c = 0; c < out.channels; ++c)
                    to[c] = inside ? args.input[from + c] : static_cast<Code>(args.value);
            }
        }
    }
}

/// Same bits as scalar::fill_halo.
template <vector_arch Arch, fill_halo_config Config, code_type Code>
void fill_halo(const fill_halo_args<Code>& args) {
    static_assert(Config.valid(), "fill_halo: extents must be positive");
    constexpr image_layout l = Config.image;
    constexpr std::ptrdiff_t image = l.image(), row = l.row(), pixel = l.pixel();
    for (int n = 0; n < Config.batch; ++n) {
        for (int y = -l.halo.top; y < l.height + l.halo.bottom; ++y) {
            for (int x = -l.halo.left; x < l.width + l.halo.right; ++x) {
                if (y >= 0 && y < l.height && x >= 0 && x < l.width) continue;
                Code* to = args.image + n * image + y * row + x * pixel;
                for (int c = 0; c < l.channels; ++c) to[c] = static_cast<Code>(args.value);
            }
        }
    }
}

}  // namespace kernel::simd

QUANTYPE_END_NAMESPACE
#endif
