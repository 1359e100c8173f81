// SPDX-License-Identifier: BSL-1.0
// How far one tensor is from another: the measures of PyTorch's numeric suite, over any number of samples.
#pragma once
#include <cmath>
#include <cstdint>
#include <limits>

#include <quantype/core/tensor_view.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace debug {

/// Sums over the elements of all pairs seen, in float64.
class similarity {
public:
    /// `x` is the truth, `y` the approximation; equal numbers of elements.
    void add(tensor_view<const float> x, tensor_view<const float> y) {
        for (std::int64_t i = 0; i < x.count(); ++i) {
            const double a = static_cast<double>(x[i]), b = static_cast<double>(y[i]), e = a - b;
            signal_ += a * a;
            other_ += b * b;
            dot_ += a * b;
            noise_ += e * e;
            if (std::abs(e) > largest_) largest_ = std::abs(e);
        }
        count_ += x.count();
    }
    std::int64_t count() const { return count_; }
    /// 20 log10(|x| / |x - y|) in dB; infinity when equal (torch.ao.ns.fx.utils.compute_sqnr).
    double sqnr() const {
        if (noise_ == 0) return std::numeric_limits<double>::infinity();
        return 10 * std::log10(signal_ / noise_);
    }
    /// x . y / (|x| |y|); 0 when either is zero (compute_cosine_similarity).
    double cosine() const {
        const double norms = std::sqrt(signal_) * std::sqrt(other_);
        return norms == 0 ? 0 : dot_ / norms;
    }
    /// |x - y| / |x| (compute_normalized_l2_error).
    double normalized_l2_error() const { return std::sqrt(noise_ / signal_); }
    /// max |x - y|.
    double largest_error() const { return largest_; }

private:
    double signal_ = 0, other_ = 0, dot_ = 0, noise_ = 0, largest_ = 0;
    std::int64_t count_ = 0;
};

}  // namespace debug

QUANTYPE_END_NAMESPACE
