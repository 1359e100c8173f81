// SPDX-License-Identifier: BSL-1.0
// Contract of the product of two quantized matrices, batched.
#pragma once
#include <quantype/kernel/contract/image.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel {

/// a: [batch][rows][depth], b: [batch][depth][columns], y: [batch][rows][columns], all dense. A step of 0 repeats the
/// same matrix for the whole batch.
struct matmul_config {
    int batch = 1;
    int rows = 1;
    int depth = 1;
    int columns = 1;
    bool a_repeats = false;
    bool b_repeats = false;

    constexpr bool valid() const { return batch > 0 && rows > 0 && depth > 0 && columns > 0; }
    constexpr bool operator==(const matmul_config&) const = default;
};

/// y = Policy::apply(sum over k of (a - a_zero_point) * (b - b_zero_point), params, ...). Params as of an elementwise
/// product: input scale sa, weight scale sb, no bias (mul_rule::requantized<Policy>::make).
template <code_type A, code_type B, code_type Out, class Params>
struct matmul_args {
    const A* a = nullptr;
    const B* b = nullptr;
    Out* output = nullptr;
    Params params{};
    std::int32_t a_zero_point = 0;
    std::int32_t b_zero_point = 0;
    std::int32_t output_zero_point = 0;
    std::int32_t output_lo = lowest_code<Out>;
    std::int32_t output_hi = highest_code<Out>;
};

}  // namespace kernel

QUANTYPE_END_NAMESPACE
