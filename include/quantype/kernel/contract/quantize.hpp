// SPDX-License-Identifier: BSL-1.0
// Contracts of the borders between float tensors (PyTorch's NCHW order) and codes (NHWC): quantize, dequantize,
// permute, pad, fill_halo.
#pragma once
#include <quantype/kernel/contract/image.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel {

/// Order of the elements of the float side (quantize, dequantize) or of the other side (permute).
enum class element_order : std::uint8_t {
    same,  ///< as the codes: NHWC, dense
    nchw,  ///< PyTorch's order, dense
};

/// Static facts of quantize and dequantize: codes lie in `codes`, the float side is dense in `order`. A tensor of rank
/// other than 4 is an image of height 1, width 1 and `count` channels.
struct quantize_config {
    int batch = 1;
    image_layout codes{};
    element_order order = element_order::same;

    constexpr bool valid() const { return batch > 0 && codes.valid(); }
    constexpr bool operator==(const quantize_config&) const = default;
};

/// code = clamp(rne(x * inverse_scale) + zero_point, output_lo, output_hi), inverse_scale = 1.0f / f32(scale)
/// (torch.quantize_per_tensor). Values beyond the codes, infinities included, saturate. Precondition: no NaN.
template <code_type Out>
struct quantize_args {
    const float* input = nullptr;
    Out* output = nullptr;
    float inverse_scale = 1.0f;
    std::int32_t zero_point = 0;
    std::int32_t output_lo = lowest_code<Out>;
    std::int32_t output_hi = highest_code<Out>;
};

/// x = f32(code - zero_point) * scale, scale = f32(scale).
template <code_type In>
struct dequantize_args {
    const In* input = nullptr;
    float* output = nullptr;
    float scale = 1.0f;
    std::int32_t zero_point = 0;
};

/// Codes between two layouts of the same batch x height x width x channels: `image` is NHWC with strides and halo, the
/// other side is dense NCHW. to_nchw: from the image to NCHW; otherwise from NCHW to the image.
struct permute_config {
    int batch = 1;
    image_layout image{};
    bool to_nchw = false;

    constexpr bool valid() const { return batch > 0 && image.valid(); }
    constexpr bool operator==(const permute_config&) const = default;
};

template <code_type Code>
struct permute_args {
    const Code* input = nullptr;
    Code* output = nullptr;
};

/// output.height = padding.top + input.height + padding.bottom, width likewise, channels equal; new pixels get `value`
/// (the zero point for a pad with 0). Extents are enough to tell: bottom and right follow. Negative padding is refused.
struct pad_config {
    int batch = 1;
    image_layout input{};
    image_layout output{};
    int top = 0;
    int left = 0;

    constexpr bool valid() const {
        return batch > 0 && input.valid() && output.valid() && input.channels == output.channels && top >= 0 &&
               left >= 0 && top + input.height <= output.height && left + input.width <= output.width;
    }
    constexpr bool operator==(const pad_config&) const = default;
};

template <code_type Code>
struct pad_args {
    const Code* input = nullptr;
    Code* output = nullptr;
    std::int32_t value = 0;
};

/// Writes `value` (the zero point) to every halo pixel of an image, all channels; leaves the image as it is.
struct fill_halo_config {
    int batch = 1;
    image_layout image{};

    constexpr bool valid() const { return batch > 0 && image.valid(); }
    constexpr bool operator==(const fill_halo_config&) const = default;
};

template <code_type Code>
struct fill_halo_args {
    Code* image = nullptr;
    std::int32_t value = 0;
};

}  // namespace kernel

QUANTYPE_END_NAMESPACE
