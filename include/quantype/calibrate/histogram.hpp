// SPDX-License-Identifier: BSL-1.0
// The histogram observer's record: counting values into equal bins and moving a histogram to a wider range.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include <quantype/calibrate/float_sum.hpp>
#include <quantype/calibrate/observer_state.hpp>
#include <quantype/calibrate/qparams.hpp>
#include <quantype/host/error.hpp>
#include <quantype/numerics/choose_qparams.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail::calibrate {

constexpr std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

/// `count` values into `bins` equal bins over lo..hi: bin = trunc((x - lo) * bins / (hi - lo)) in float32, hi itself in
/// the last bin, values outside and NaN dropped. A range of zero width counts as lo - 1 .. lo + 1.
constexpr std::vector<float> count_into_bins(const float* x, std::int64_t count, int bins, float lo, float hi) {
    std::vector<float> counts(at(bins), 0.0f);
    if (lo == hi) {
        lo = exact::sub(lo, 1.0f);
        hi = exact::add(hi, 1.0f);
    }
    const float width = exact::sub(hi, lo), number = exact::to_float(bins);
    for (std::int64_t i = 0; i < count; ++i) {
        if (!(x[i] >= lo && x[i] <= hi)) continue;
        const float position = exact::div(exact::mul(exact::sub(x[i], lo), number), width);
        if (!is_finite(position)) raise("histogram observer: the range of the values is too wide for float32");
        const auto bin = static_cast<std::int64_t>(position);
        counts[at(bin < bins ? bin : bins - 1)] += 1.0f;
    }
    return counts;
}

/// The i-th of n evenly spaced float32 values from a to b: from a in the first half, back from b in the second.
constexpr float evenly_spaced(float a, float b, std::int64_t n, std::int64_t i) {
    const float step = exact::div(exact::sub(b, a), exact::to_float(static_cast<double>(n - 1)));
    const auto times = [&](std::int64_t k) { return exact::mul(step, exact::to_float(static_cast<double>(k))); };
    return i < n / 2 ? exact::add(a, times(i)) : exact::sub(b, times(n - 1 - i));
}

/// A histogram over old_lo..old_hi as one over the wider lo..hi with as many bins: each old bin is cut in 16, and each
/// piece goes to the bin its middle falls in. Sums in float64, stored in float32.
constexpr std::vector<float> resample(const std::vector<float>& old, float old_lo, float old_hi, float lo, float hi) {
    constexpr std::int64_t pieces = 16;
    const auto bins = static_cast<std::int64_t>(old.size());
    const float piece = exact::div(exact::sub(old_hi, old_lo), exact::to_float(static_cast<double>(pieces * bins)));
    const float half_piece = exact::mul(0.5f, piece);
    std::vector<float> edges(at(bins + 1), 0.0f);
    for (std::int64_t i = 0; i <= bins; ++i) edges[at(i)] = evenly_spaced(lo, hi, bins + 1, i);
    std::vector<double> sums(at(bins), 0.0);
    for (std::int64_t k = 0; k < pieces * bins; ++k) {
        const float middle = exact::add(evenly_spaced(old_lo, old_hi, pieces * bins + 1, k), half_piece);
        std::int64_t first = 0, last = bins + 1;  // the number of edges that are <= middle, by bisection
        while (first < last) {
            const std::int64_t mid = first + (last - first) / 2;
            if (edges[at(mid)] <= middle)
                first = mid + 1;
            else
                last = mid;
        }
        const std::int64_t bin = clamp<std::int64_t>(first - 1, 0, bins - 1);
        sums[at(bin)] += static_cast<double>(exact::div(old[at(k / pieces)], 16.0f));
    }
    std::vector<float> result(at(bins), 0.0f);
    for (std::int64_t i = 0; i < bins; ++i) result[at(i)] = exact::to_float(sums[at(i)]);
    return result;
}

/// Adds finite values to the state. Precondition: count > 0.
constexpr void add_to_histogram(observer_state& s, const float* x, std::int64_t count, int bins) {
    float lo = x[0], hi = x[0];
    for (std::int64_t i = 1; i < count; ++i) {
        lo = affine::min_of(lo, x[i]);
        hi = affine::max_of(hi, x[i]);
    }
    if (!s.observed()) {
        s.min = {lo};
        s.max = {hi};
        s.histogram = count_into_bins(x, count, bins, lo, hi);
        return;
    }
    const float old_lo = s.min[0], old_hi = s.max[0];
    lo = affine::min_of(old_lo, lo);
    hi = affine::max_of(old_hi, hi);
    std::vector<float> counts = count_into_bins(x, count, bins, lo, hi);
    std::vector<float> moved = s.histogram;
    if (lo != old_lo || hi != old_hi) {
        if (old_lo == old_hi) {
            moved = count_into_bins(&old_lo, 1, bins, lo, hi);
            const float all = float_sum(s.histogram.data(), bins);
            for (float& m : moved) m = exact::mul(m, all);
        } else {
            moved = resample(s.histogram, old_lo, old_hi, lo, hi);
        }
    }
    for (std::size_t i = 0; i < counts.size(); ++i) s.histogram[i] = exact::add(counts[i], moved[i]);
    s.min = {lo};
    s.max = {hi};
}

/// One batch: infinities are dropped; a NaN makes the range NaN, which calculate_qparams reports.
constexpr void observe_histogram(const observer_config& o, observer_state& s, tensor_view<const float> x) {
    std::vector<float> finite;
    for (const float v : x) {
        const auto bits = std::bit_cast<std::uint32_t>(v);
        if ((bits & 0x7fffffffu) > 0x7f800000u) {
            s.min = {v};
            s.max = {v};
            s.histogram.assign(at(o.args.bins), 0.0f);
            return;
        }
        if ((bits & 0x7fffffffu) == 0x7f800000u)
            s.saw_infinity = true;
        else
            finite.push_back(v);
    }
    if (finite.empty() || (s.observed() && !is_finite(s.min[0]))) return;
    add_to_histogram(s, finite.data(), static_cast<std::int64_t>(finite.size()), o.args.bins);
}

}  // namespace detail::calibrate

QUANTYPE_END_NAMESPACE
