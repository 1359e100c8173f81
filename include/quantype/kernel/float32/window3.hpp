// SPDX-License-Identifier: BSL-1.0
// Windows over 1 to 3 spatial dimensions seen as three (D, H, W), so that one loop nest serves them all.
#pragma once
#include <quantype/core/attributes.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::float32::detail {

/// One spatial dimension of a windowed op.
struct axis {
    int in = 1;
    int out = 1;
    int kernel = 1;
    int stride = 1;
    int before = 0;  ///< padding
    int after = 0;
    int dilation = 1;

    /// Input position of tap k at output position o; outside [0, in) it is padding.
    constexpr int at(int o, int k) const { return o * stride - before + k * dilation; }
    /// Outputs [first, last) whose tap k lies inside the input.
    constexpr int first(int k) const {
        const int gap = before - k * dilation;
        return gap <= 0 ? 0 : smaller((gap + stride - 1) / stride, out);
    }
    constexpr int last(int k) const {
        const int room = in - 1 + before - k * dilation;
        return room < 0 ? 0 : smaller(room / stride + 1, out);
    }
    static constexpr int smaller(int a, int b) { return a < b ? a : b; }
};

/// The three dimensions D, H, W of a call; missing ones are of size 1.
struct axes3 {
    axis d{}, h{}, w{};
    constexpr std::int64_t in_count() const { return static_cast<std::int64_t>(d.in) * h.in * w.in; }
    constexpr std::int64_t out_count() const { return static_cast<std::int64_t>(d.out) * h.out * w.out; }
};

constexpr axes3 axes_of(const window& w, const shape& x, const shape& y) {
    axis a[3] = {};
    for (int i = 0; i < w.rank; ++i)
        a[3 - w.rank + i] = {x[2 + i],        y[2 + i],       w.kernel[i],  w.stride[i],
                             w.pad_before[i], w.pad_after[i], w.dilation[i]};
    return {a[0], a[1], a[2]};
}

}  // namespace kernel::float32::detail

QUANTYPE_END_NAMESPACE
