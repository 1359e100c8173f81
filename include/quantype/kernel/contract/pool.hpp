// SPDX-License-Identifier: BSL-1.0
// Contracts of pooling over NHWC images of codes: max, average, adaptive average. Scale and zero point are kept.
#pragma once
#include <quantype/kernel/contract/image.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel {

/// What a maximum pool does with positions outside the image.
enum class max_pool_rule : std::uint8_t {
    ignore_padding,     ///< they do not take part
    clamp_coordinates,  ///< they read the nearest pixel of the image (mobile engine); differs when padded and dilated
};

/// Static facts. Extents of the output are given (they differ between floor and ceil mode); a window that lies wholly
/// outside the image is not allowed.
struct max_pool2d_config {
    int batch = 1;
    image_layout input{};
    image_layout output{};
    int kernel_height = 1;
    int kernel_width = 1;
    int stride_height = 1;
    int stride_width = 1;
    int dilation_height = 1;
    int dilation_width = 1;
    sides padding{};
    max_pool_rule rule = max_pool_rule::ignore_padding;

    constexpr bool valid() const {
        return batch > 0 && input.valid() && output.valid() && input.channels == output.channels && kernel_height > 0 &&
               kernel_width > 0 && stride_height > 0 && stride_width > 0 && dilation_height > 0 && dilation_width > 0;
    }
    constexpr bool operator==(const max_pool2d_config&) const = default;
};

/// y = the largest code of the window, clamped to output_lo..output_hi (a fused ReLU or activation range).
template <code_type Code>
struct max_pool2d_args {
    const Code* input = nullptr;
    Code* output = nullptr;
    std::int32_t output_lo = lowest_code<Code>;
    std::int32_t output_hi = highest_code<Code>;
};

/// How an average pool divides and rounds. S: sum of (x - zero point) over the window's pixels inside the image;
/// D: the divisor; n: the number of those pixels.
enum class avg_pool_rule : std::uint8_t {
    round_then_zero_point,  ///< rne(f32(S) * f32(1 / D)) + z: PyTorch on NHWC; half to even
    zero_point_then_round,  ///< rne(f32(S) * f32(1 / D) + z): PyTorch on NCHW; a tie can differ
    mobile,                 ///< round_then_zero_point with D = kernel area, whatever is asked
    tflite,                 ///< sum of codes / n rounded half away from zero, integers only, z not used
};

/// Static facts. Extents of the output are given (floor or ceil mode). D = divisor_override if > 0; else the window's
/// area clipped to the padded image if count_include_pad; else n.
struct avg_pool2d_config {
    int batch = 1;
    image_layout input{};
    image_layout output{};
    int kernel_height = 1;
    int kernel_width = 1;
    int stride_height = 1;
    int stride_width = 1;
    sides padding{};
    bool count_include_pad = true;
    int divisor_override = 0;
    avg_pool_rule rule = avg_pool_rule::round_then_zero_point;

    constexpr bool valid() const {
        return batch > 0 && input.valid() && output.valid() && input.channels == output.channels && kernel_height > 0 &&
               kernel_width > 0 && stride_height > 0 && stride_width > 0 && divisor_override >= 0;
    }
    constexpr bool operator==(const avg_pool2d_config&) const = default;
};

/// y[oy][ox][c] by the rule, clamped to output_lo..output_hi. Precondition: |S| < 2^31.
template <code_type Code>
struct avg_pool2d_args {
    const Code* input = nullptr;
    Code* output = nullptr;
    std::int32_t zero_point = 0;
    std::int32_t output_lo = lowest_code<Code>;
    std::int32_t output_hi = highest_code<Code>;
};

/// Average over windows [floor(i * H / h), ceil((i + 1) * H / h)) that divide the image into output.height x
/// output.width parts; `mean` over H and W is output 1 x 1.
/// round_then_zero_point: rne(f32(S) * f32(1 / n)) + z (PyTorch on NHWC; the mobile engine where H and W divide
/// evenly). zero_point_then_round: rne(f32(S) / n + z) (PyTorch on NCHW otherwise). `mobile` and `tflite` are not used
/// here.
struct adaptive_avg_pool2d_config {
    int batch = 1;
    image_layout input{};
    image_layout output{};
    avg_pool_rule rule = avg_pool_rule::round_then_zero_point;

    constexpr bool valid() const {
        return batch > 0 && input.valid() && output.valid() && input.channels == output.channels;
    }
    constexpr bool operator==(const adaptive_avg_pool2d_config&) const = default;
};

/// Static facts of a pool over volumes (max_pool3d.hpp, avg_pool3d.hpp); axes are {depth, height, width}, activations
/// NDHWC, dense.
struct pool3d_config {
    int batch = 1;
    int channels = 1;
    int input[3] = {1, 1, 1};
    int output[3] = {1, 1, 1};
    int kernel[3] = {1, 1, 1};
    int stride[3] = {1, 1, 1};
    int padding[3] = {0, 0, 0};

    constexpr bool valid() const {
        bool good = batch > 0 && channels > 0;
        for (int i = 0; i < 3 && good; ++i)
            good = input[i] > 0 && output[i] > 0 && kernel[i] > 0 && stride[i] > 0 && padding[i] >= 0;
        return good;
    }
    constexpr bool operator==(const pool3d_config&) const = default;
};

}  // namespace kernel

QUANTYPE_END_NAMESPACE
