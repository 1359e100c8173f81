// SPDX-License-Identifier: BSL-1.0
// Distances between float32 results: in steps of the format, and counts over whole tensors.
#pragma once
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <vector>

namespace support {

/// Steps between two float32 values; 0 and -0 are one step apart from nothing: they are equal.
inline std::int64_t ulps(float a, float b) {
    const auto ordered = [](float x) {
        const std::int64_t bits = std::bit_cast<std::int32_t>(x);
        return bits < 0 ? std::int64_t{-2147483648LL} - bits : bits;
    };
    return std::abs(ordered(a) - ordered(b));
}

/// How two tensors of equal size differ.
struct difference {
    std::size_t count = 0;      ///< elements
    std::size_t differing = 0;  ///< elements that are not equal
    double largest = 0;         ///< largest absolute difference
    double scale = 0;           ///< largest magnitude of the expected values

    /// The largest difference as a part of the largest expected magnitude.
    double relative() const { return scale > 0 ? largest / scale : largest; }
};

template <class T>
difference compare(const std::vector<T>& have, const std::vector<T>& want) {
    difference d;
    d.count = std::max(have.size(), want.size());
    if (have.size() != want.size()) {
        d.differing = d.count;
        d.largest = std::numeric_limits<double>::infinity();
        return d;
    }
    for (std::size_t i = 0; i < d.count; ++i) {
        const double a = static_cast<double>(have[i]), b = static_cast<double>(want[i]);
        if (!(a == b)) ++d.differing;
        if (std::isnan(a) != std::isnan(b)) d.largest = std::numeric_limits<double>::infinity();
        d.largest = std::max(d.largest, std::fabs(a - b));
        d.scale = std::max(d.scale, std::fabs(b));
    }
    return d;
}

}  // namespace support
