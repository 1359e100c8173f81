// SPDX-License-Identifier: BSL-1.0
// Contract of resizing NHWC images of codes (interpolate). Scale and zero point are kept.
#pragma once
#include <quantype/kernel/contract/image.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel {

enum class resize_mode : std::uint8_t {
    nearest,   ///< source = min(floor(i * f32(in) / f32(out)), in - 1): codes are copied
    bilinear,  ///< pixel centres aligned (align_corners false): source = max(f32(in) / f32(out) * (i + 0.5) - 0.5, 0)
};

/// Static facts. bilinear: with source y = y0 + v and x = x0 + u, y1 = min(y0 + 1, H - 1), x1 likewise,
/// r = (1 - v) * ((1 - u) * x[y0][x0] + u * x[y0][x1]) + v * ((1 - u) * x[y1][x0] + u * x[y1][x1]) - z in float32,
/// y = clamp(rne(r) + z).
struct resize_config {
    int batch = 1;
    image_layout input{};
    image_layout output{};
    resize_mode mode = resize_mode::nearest;

    constexpr bool valid() const {
        return batch > 0 && input.valid() && output.valid() && input.channels == output.channels;
    }
    constexpr bool operator==(const resize_config&) const = default;
};

template <code_type Code>
struct resize_args {
    const Code* input = nullptr;
    Code* output = nullptr;
    std::int32_t zero_point = 0;
};

}  // namespace kernel

QUANTYPE_END_NAMESPACE
