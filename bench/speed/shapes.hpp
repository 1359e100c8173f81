// SPDX-License-Identifier: BSL-1.0
// What the speed benchmarks measure on: layers as convolution configurations (a linear layer is a 1x1 convolution of a
// row of pixels), data that is the same in every run, and the size of a layer in multiply-adds.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include <quantype/kernel/contract/conv2d.hpp>

namespace bench {

namespace k = quantype::kernel;

/// A square image of `side` pixels, padded so that stride 1 keeps its size.
constexpr k::conv2d_config square(int side, int in, int out, int kernel, int stride, int groups = 1) {
    k::conv2d_config c;
    c.input = {side, side, in};
    c.kernel_height = c.kernel_width = kernel;
    c.stride_height = c.stride_width = stride;
    const int pad = kernel / 2;
    c.padding = {pad, pad, pad, pad};
    c.groups = groups;
    c.output = {c.output_height(), c.output_width(), out};
    return c;
}
/// Without padding where the extents do not ask for it.
constexpr k::conv2d_config rectangle(k::image_layout input, int out, int height, int width, int stride,
                                     k::sides padding) {
    k::conv2d_config c;
    c.input = input;
    c.kernel_height = height;
    c.kernel_width = width;
    c.stride_height = c.stride_width = stride;
    c.padding = padding;
    c.output = {c.output_height(), c.output_width(), out};
    return c;
}
/// A linear layer of `rows` rows.
constexpr k::conv2d_config rows(int rows, int in, int out) {
    k::conv2d_config c;
    c.input = {1, rows, in};
    c.output = {1, rows, out};
    return c;
}

constexpr double macs_of(const k::conv2d_config& c) {
    return static_cast<double>(c.batch) * c.output.height * c.output.width * c.out_channels() * c.depth();
}

/// Codes that repeat only after a long while.
template <class Code>
std::vector<Code> codes(std::size_t count) {
    std::vector<Code> v(count);
    std::uint32_t state = 2463534242U;
    for (Code& c : v) c = static_cast<Code>((state = state * 1664525U + 1013904223U) >> 24U);
    return v;
}
inline std::size_t size(std::int64_t n) { return static_cast<std::size_t>(n); }

}  // namespace bench
