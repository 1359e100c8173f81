// SPDX-License-Identifier: BSL-1.0
// Named options of convolutions and pools, in any order after the sizes: `conv2d<3, 16, 3, stride<2>, padding<1>>`.
#pragma once
#include <quantype/core/attributes.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace nn {

/// Size of a kernel: one number for all dimensions, or one for each (`{10, 4}`).
struct extent {
    int size[3] = {0, 0, 0};
    int count = 0;
    constexpr extent() = default;
    constexpr extent(int all) : size{all, all, all}, count(1) {}
    constexpr extent(int h, int w) : size{h, w, 0}, count(2) {}
    constexpr extent(int d, int h, int w) : size{d, h, w}, count(3) {}
    constexpr bool operator==(const extent&) const = default;
};

/// Step of the window (PyTorch's stride): one number or one for each dimension.
template <int... N>
struct stride {};
/// Implicit padding: one number, one for each dimension, or (2-D) top, bottom, left, right.
template <int... N>
struct padding {};
/// Spacing of the kernel's taps.
template <int... N>
struct dilation {};
/// Number of groups the channels are split into; equal to the channels for a depthwise convolution.
template <int N>
struct groups {};
/// No bias term (bias=False).
struct no_bias {};
/// Round the output size up (ceil_mode=True).
struct ceil_mode {};
/// Average pools: leave the padding out of the divisor (count_include_pad=False).
struct exclude_pad {};
/// Average pools: divide by this instead of the window's size.
template <int N>
struct divisor_override {};

namespace detail {

/// Whether an option gives one value or one for each dimension.
template <class Option>
constexpr bool fits(int, Option) {
    return true;
}
template <int... N>
constexpr bool fits(int rank, stride<N...>) {
    return sizeof...(N) == 1 || static_cast<int>(sizeof...(N)) == rank;
}
template <int... N>
constexpr bool fits(int rank, dilation<N...>) {
    return sizeof...(N) == 1 || static_cast<int>(sizeof...(N)) == rank;
}
template <int... N>
constexpr bool fits(int rank, padding<N...>) {
    return sizeof...(N) == 1 || static_cast<int>(sizeof...(N)) == rank || (sizeof...(N) == 4 && rank == 2);
}

/// Refuses options of the wrong length where a module with a window is declared.
template <int Rank, class... Options>
struct check_options {
    static_assert((fits(Rank, Options{}) && ... && true), "quantype: give one value or one for each dimension");
};

template <int... N>
constexpr void spread(int (&to)[3], int rank) {
    constexpr int given[] = {N..., 0};
    for (int i = 0; i < rank; ++i) to[i] = given[i < static_cast<int>(sizeof...(N)) ? i : 0];
}

template <int... N>
constexpr void apply(attributes& a, stride<N...>) {
    spread<N...>(a.geometry.stride, a.geometry.rank);
}
template <int... N>
constexpr void apply(attributes& a, padding<N...>) {
    if constexpr (sizeof...(N) == 4) {
        constexpr int given[] = {N...};
        for (int i = 0; i < 2; ++i) {
            a.geometry.pad_before[i] = given[2 * i];
            a.geometry.pad_after[i] = given[2 * i + 1];
        }
    } else {
        spread<N...>(a.geometry.pad_before, a.geometry.rank);
        spread<N...>(a.geometry.pad_after, a.geometry.rank);
    }
}
template <int... N>
constexpr void apply(attributes& a, dilation<N...>) {
    spread<N...>(a.geometry.dilation, a.geometry.rank);
}
template <int N>
constexpr void apply(attributes& a, groups<N>) {
    a.groups = N;
}
constexpr void apply(attributes& a, no_bias) { a.bias = false; }
constexpr void apply(attributes& a, ceil_mode) { a.geometry.ceil_mode = true; }
constexpr void apply(attributes& a, exclude_pad) { a.count_include_pad = false; }
template <int N>
constexpr void apply(attributes& a, divisor_override<N>) {
    a.divisor_override = N;
}

constexpr void set_kernel(window& w, int rank, const extent& k) {
    w.rank = rank;
    for (int i = 0; i < rank; ++i) w.kernel[i] = k.size[k.count == 1 ? 0 : i];
}

}  // namespace detail
}  // namespace nn

QUANTYPE_END_NAMESPACE
