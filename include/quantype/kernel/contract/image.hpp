// SPDX-License-Identifier: BSL-1.0
// How an NHWC image of codes lies in memory: extents, strides, and a border (halo) that may stand around it.
#pragma once
#include <cstddef>
#include <cstdint>

#include <quantype/version.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel {

/// Pixels on each side of an image: padding of a window, or halo in memory.
struct sides {
    int top = 0;
    int bottom = 0;
    int left = 0;
    int right = 0;
    constexpr bool operator==(const sides&) const = default;
};

/// Codes lo ... hi, which are all that a value holds; lo = hi = 0 where nothing is known but its type.
struct code_bounds {
    std::int16_t lo = 0;
    std::int16_t hi = 0;
    constexpr bool known() const { return lo != hi; }
    constexpr int span() const { return hi - lo; }
    constexpr bool operator==(const code_bounds&) const = default;
};

/// One NHWC image, or a batch of them. A pointer to it points at element (row 0, column 0, channel 0) of image 0,
/// inside the halo; element (y, x, c) lies at y * row() + x * pixel() + c, and pixels of the halo at negative y or x,
/// or beyond height and width. Strides count elements; 0 means dense. Halo: `halo` pixels exist in memory around each
/// image. Who writes an image with a halo keeps the halo filled with the zero point (see contract/fill_halo.hpp); who
/// reads it may rely on that. Kernels write only pixels of the image.
struct image_layout {
    int height = 1;
    int width = 1;
    int channels = 1;
    sides halo{};
    int pixel_stride = 0;  ///< larger than `channels` when the image is a slice of the channels of a wider one
    int row_stride = 0;
    int image_stride = 0;

    constexpr int pixel() const { return pixel_stride ? pixel_stride : channels; }
    constexpr int row() const { return row_stride ? row_stride : (halo.left + width + halo.right) * pixel(); }
    constexpr int image() const { return image_stride ? image_stride : (halo.top + height + halo.bottom) * row(); }
    /// Position of (y, x, channel 0) in image `n`, relative to the pointer.
    constexpr std::ptrdiff_t at(int n, int y, int x) const {
        return static_cast<std::ptrdiff_t>(n) * image() + static_cast<std::ptrdiff_t>(y) * row() +
               static_cast<std::ptrdiff_t>(x) * pixel();
    }
    /// Elements between the start of the buffer (first halo pixel) and the pointer.
    constexpr std::ptrdiff_t origin() const {
        return static_cast<std::ptrdiff_t>(halo.top) * row() + static_cast<std::ptrdiff_t>(halo.left) * pixel();
    }
    /// True where memory holds a pixel, in the image or in its halo.
    constexpr bool has(int y, int x) const {
        return y >= -halo.top && y < height + halo.bottom && x >= -halo.left && x < width + halo.right;
    }
    /// True inside the image.
    constexpr bool inside(int y, int x) const { return y >= 0 && y < height && x >= 0 && x < width; }
    /// No halo and no gaps: height * width * channels consecutive elements an image.
    constexpr bool dense() const {
        return halo == sides{} && pixel() == channels && row() == width * channels && image() == height * row();
    }
    constexpr bool valid() const {
        const bool positive = height > 0 && width > 0 && channels > 0;
        const bool halo_ok = halo.top >= 0 && halo.bottom >= 0 && halo.left >= 0 && halo.right >= 0;
        return positive && halo_ok && pixel() >= channels && row() >= (halo.left + width + halo.right) * pixel();
    }
    constexpr bool operator==(const image_layout&) const = default;
};

/// Extents of one output of a window that slides over `size` pixels padded by `before` and `after`.
constexpr int window_count(int size, int before, int after, int kernel, int stride, int dilation) {
    const int span = dilation * (kernel - 1) + 1;
    return (size + before + after - span) / stride + 1;
}

/// The codes an 8-bit type can hold.
template <class Code>
inline constexpr std::int32_t lowest_code = static_cast<Code>(-1) < static_cast<Code>(0) ? -128 : 0;
template <class Code>
inline constexpr std::int32_t highest_code = static_cast<Code>(-1) < static_cast<Code>(0) ? 127 : 255;

/// The 8-bit code types a kernel takes and gives: quint8 and qint8.
template <class Code>
concept code_type = sizeof(Code) == 1 && static_cast<Code>(3) / static_cast<Code>(2) == 1;

}  // namespace kernel

QUANTYPE_END_NAMESPACE
