// SPDX-License-Identifier: BSL-1.0
// The histogram observer's search: which part of the histogram to quantize so that the squared error is small.
#pragma once
#include <vector>

#include <quantype/calibrate/histogram.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// A range of reals.
struct value_range {
    float min = 0.0f;
    float max = 0.0f;
    constexpr bool operator==(const value_range&) const = default;
};

namespace detail::calibrate {

/// Codes that a dtype's bits can tell apart; the quant range does not count here.
constexpr double destination_bins(dtype d) {
    switch (d) {
        case dtype::qint32:
        case dtype::int32: return 4294967296.0;
        case dtype::int16:
        case dtype::uint16: return 65536.0;
        default: return 256.0;
    }
}

constexpr float cubed(float x) { return exact::mul(exact::mul(x, x), x); }

// density * (integral of x^2 from a to b)
constexpr float squared_error(float a, float b, float density) {
    return exact::mul(density, exact::div(exact::sub(cubed(b), cubed(a)), 3.0f));
}

// floor(a / b) of the exact quotient, moved into 0..last; b > 0.
constexpr float floored_quotient(float a, float b, double last) {
    const double q = exact::div(static_cast<double>(a), static_cast<double>(b));
    if (!(q > 0.0)) return 0.0f;
    if (q >= last) return static_cast<float>(last);
    return static_cast<float>(static_cast<std::int64_t>(q));
}

/// Squared error of quantizing the bins first..last with all codes, float32 as PyTorch computes it. `errors` is
/// scratch.
constexpr float quantization_error(const observer_state& s, dtype d, int first, int last, std::vector<float>& errors) {
    const auto bins = static_cast<std::int64_t>(s.histogram.size());
    const double codes = destination_bins(d);
    const double bin =
        exact::div(exact::sub(static_cast<double>(s.max[0]), static_cast<double>(s.min[0])), static_cast<double>(bins));
    const double step = exact::div(exact::mul(bin, static_cast<double>(last - first + 1)), codes);
    const float width = exact::to_float(bin), code = exact::to_float(step), half = exact::to_float(step / 2);
    if (code == 0.0f) return 0.0f;
    for (std::int64_t i = 0; i < bins; ++i) {
        const float begin = exact::mul(exact::to_float(static_cast<double>(i - first)), width);
        const float end = exact::add(begin, width);
        const float code_of_begin = floored_quotient(begin, code, codes - 1);
        const float code_of_end = floored_quotient(end, code, codes - 1);
        const float centre_of_begin = exact::mul(exact::add(code_of_begin, 0.5f), code);
        const float centre_of_end = exact::add(exact::mul(code_of_end, code), half);
        const float density = exact::div(s.histogram[at(i)], width);
        const float between = exact::sub(exact::sub(code_of_end, code_of_begin), 1.0f);
        const float head = squared_error(exact::sub(begin, centre_of_begin), half, density);
        const float body = exact::mul(between, squared_error(-half, half, density));
        const float tail = squared_error(-half, exact::sub(end, centre_of_end), density);
        errors[at(i)] = exact::add(exact::add(head, body), tail);
    }
    return float_sum(errors.data(), bins);
}

struct bin_range {
    int first;
    int last;
};

// Takes 1e-5 of the values off one end after the other, as long as the error does not grow.
constexpr bin_range search_bins(const observer_state& s, dtype d) {
    const int bins = static_cast<int>(s.histogram.size());
    const double total = static_cast<double>(float_sum(s.histogram.data(), bins));
    std::vector<float> sums(s.histogram.size(), 0.0f), scratch(s.histogram.size(), 0.0f);
    double running = 0.0;
    for (std::size_t i = 0; i < sums.size(); ++i) {
        running += static_cast<double>(s.histogram[i]);
        sums[i] = exact::to_float(running);
    }
    constexpr double step = 1e-5;
    double alpha = 0.0, beta = 1.0;
    bin_range best{0, bins - 1};
    float least = 0.0f;
    bool any = false;
    while (alpha < beta) {
        const double next_alpha = exact::add(alpha, step), next_beta = exact::sub(beta, step);
        const float low = exact::to_float(exact::mul(next_alpha, total));
        const float high = exact::to_float(exact::mul(next_beta, total));
        int l = best.first, r = best.last;
        while (l < best.last && sums[at(l)] < low) ++l;
        while (r > best.first && sums[at(r)] > high) --r;
        bin_range next = best;
        if (l - best.first > best.last - r) {
            next.first = l;
            alpha = next_alpha;
        } else {
            next.last = r;
            beta = next_beta;
        }
        if (next.first == best.first && next.last == best.last) continue;
        const float error = quantization_error(s, d, next.first, next.last, scratch);
        if (any && error > least) break;
        any = true;
        least = error;
        best = next;
    }
    return best;
}

}  // namespace detail::calibrate

/// The range a histogram observer hands to the rule for scale and zero point. Precondition: the state has a histogram
/// over a finite range. The search takes up to 100,000 steps, so in a constant expression it needs a higher limit than
/// compilers start with (-fconstexpr-steps, -fconstexpr-ops-limit).
constexpr value_range search_histogram(const observer_config& o, const observer_state& s) {
    const detail::calibrate::bin_range best = detail::calibrate::search_bins(s, o.args.dtype);
    const float bins = exact::to_float(static_cast<double>(s.histogram.size()));
    const float bin = exact::div(exact::sub(s.max[0], s.min[0]), bins);
    const auto edge = [&](int i) { return exact::add(s.min[0], exact::mul(bin, exact::to_float(i))); };
    return {edge(best.first), edge(best.last + 1)};
}

QUANTYPE_END_NAMESPACE
