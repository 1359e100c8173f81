// SPDX-License-Identifier: BSL-1.0
// The float32 sum of a contiguous array in the order PyTorch's CPU build uses on AVX2: the histogram search compares
// such sums, so their last bit matters.
#pragma once
#include <cstdint>

#include <quantype/numerics/exact.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail::calibrate {

// Sum of data[0], data[stride], ... in blocks of `1 << power` values; full blocks are gathered on four levels, so that
// only numbers of similar size meet.
constexpr float blocked_sum(const float* data, std::int64_t stride, std::int64_t count) {
    int bits = 0;
    while ((std::int64_t{1} << bits) < count) ++bits;
    const int power = bits / 4 > 4 ? bits / 4 : 4;
    const std::int64_t block = std::int64_t{1} << power;
    float level[4] = {};
    std::int64_t i = 0;
    while (i + block <= count) {
        for (const std::int64_t end = i + block; i < end; ++i) level[0] = exact::add(level[0], data[i * stride]);
        for (int l = 1; l < 4; ++l) {
            level[l] = exact::add(level[l], level[l - 1]);
            level[l - 1] = 0.0f;
            if ((i & ((block - 1) << (l * power))) != 0) break;
        }
    }
    for (; i < count; ++i) level[0] = exact::add(level[0], data[i * stride]);
    for (int l = 1; l < 4; ++l) level[0] = exact::add(level[0], level[l]);
    return level[0];
}

// Every `stride`-th value: four interleaved blocked sums, then what does not fill a row of four.
constexpr float strided_sum(const float* data, std::int64_t stride, std::int64_t count) {
    const std::int64_t rows = count / 4;
    float column[4] = {};
    for (int k = 0; k < 4; ++k) column[k] = blocked_sum(data + k * stride, 4 * stride, rows);
    for (std::int64_t i = 4 * rows; i < count; ++i) column[0] = exact::add(column[0], data[i * stride]);
    for (int k = 1; k < 4; ++k) column[0] = exact::add(column[0], column[k]);
    return column[0];
}

}  // namespace detail::calibrate

/// Sum of `count` values: eight lanes, each in interleaved blocks; the tail and then the lanes are added in order.
constexpr float float_sum(const float* data, std::int64_t count) {
    constexpr std::int64_t lanes = 8;
    if (count < lanes) return detail::calibrate::strided_sum(data, 1, count);
    const std::int64_t vectors = count / lanes;
    float sum = 0.0f;
    for (std::int64_t i = vectors * lanes; i < count; ++i) sum = exact::add(sum, data[i]);
    for (std::int64_t l = 0; l < lanes; ++l)
        sum = exact::add(sum, detail::calibrate::strided_sum(data + l, lanes, vectors));
    return sum;
}

QUANTYPE_END_NAMESPACE
