// SPDX-License-Identifier: BSL-1.0
// What an observer has seen so far: a value, to be copied, compared and stored.
#pragma once
#include <vector>

#include <quantype/core/shape.hpp>
#include <quantype/qconfig/observer.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// A tensor kept by a recording observer, row-major.
struct recorded_tensor {
    shape extents{};
    std::vector<float> values{};
    constexpr bool operator==(const recorded_tensor&) const = default;
};

struct observer_state {
    std::vector<float> min{};                 ///< one value per tensor or per channel; empty: nothing observed
    std::vector<float> max{};                 ///< as min
    std::vector<float> histogram{};           ///< histogram observers: counts of `bins` equal bins over min..max
    std::vector<recorded_tensor> recorded{};  ///< recording observers
    std::vector<float> custom{};              ///< for observers of the user's own
    bool saw_infinity = false;                ///< histogram observers dropped infinities

    constexpr bool observed() const { return !min.empty(); }
    constexpr bool operator==(const observer_state&) const = default;
};

QUANTYPE_END_NAMESPACE
