// SPDX-License-Identifier: BSL-1.0
// Contract of binary elementwise ops (add, mul; with and without ReLU) with broadcasting.
#pragma once
#include <quantype/kernel/contract/image.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel {

/// Largest number of loop levels of an elementwise op.
inline constexpr int elementwise_rank = 6;

/// Static facts: a loop nest over `extents` (outermost first) with a stride a level and operand, in elements. Stride 0
/// repeats the operand (broadcasting). The equal-shape, dense case is rank 1: see `elementwise(count)`.
struct elementwise_config {
    int rank = 1;
    int extents[elementwise_rank] = {1};
    int a_strides[elementwise_rank] = {1};
    int b_strides[elementwise_rank] = {1};
    int output_strides[elementwise_rank] = {1};

    constexpr int count() const {
        int n = 1;
        for (int i = 0; i < rank; ++i) n *= extents[i];
        return n;
    }
    /// One run of consecutive elements in all three operands.
    constexpr bool dense() const {
        return rank == 1 && a_strides[0] == 1 && b_strides[0] == 1 && output_strides[0] == 1;
    }
    constexpr bool valid() const {
        bool good = rank >= 1 && rank <= elementwise_rank;
        for (int i = 0; i < rank && good; ++i) good = extents[i] > 0;
        return good;
    }
    constexpr bool operator==(const elementwise_config&) const = default;
};

/// Equal shapes, dense: `count` elements.
constexpr elementwise_config elementwise(int count) {
    elementwise_config c{};
    c.extents[0] = count;
    return c;
}

/// Two images and an output of equal extents, each with its own strides or halo; `batch` of them.
constexpr elementwise_config elementwise(int batch, const image_layout& a, const image_layout& b,
                                         const image_layout& out) {
    if (a.dense() && b.dense() && out.dense()) return elementwise(batch * out.image());
    return {4,
            {batch, out.height, out.width, out.channels},
            {a.image(), a.row(), a.pixel(), 1},
            {b.image(), b.row(), b.pixel(), 1},
            {out.image(), out.row(), out.pixel(), 1}};
}

/// Dense tensors broadcast as in numpy: extents of a and b aligned at the right, 1 repeats.
constexpr elementwise_config elementwise_broadcast(const std::int32_t* a, int a_rank, const std::int32_t* b,
                                                   int b_rank) {
    elementwise_config c{};
    c.rank = a_rank > b_rank ? a_rank : b_rank;
    int a_step = 1, b_step = 1, out_step = 1;
    for (int i = 1; i <= c.rank; ++i) {
        const int ea = i <= a_rank ? a[a_rank - i] : 1;
        const int eb = i <= b_rank ? b[b_rank - i] : 1;
        const int level = c.rank - i;
        c.extents[level] = ea > eb ? ea : eb;
        c.a_strides[level] = ea == 1 ? 0 : a_step;
        c.b_strides[level] = eb == 1 ? 0 : b_step;
        c.output_strides[level] = out_step;
        a_step *= ea;
        b_step *= eb;
        out_step *= c.extents[level];
    }
    return c;
}

/// y = Rule::apply(a, b, params, zero_points, output_lo, output_hi), element by element. The rule
/// (numerics/add_rules.hpp, numerics/mul_rules.hpp) carries the formula; its params serve the whole tensor. A fused
/// ReLU is output_lo = relu_lower_bound(...). The output may be the same memory as an operand of equal strides.
template <code_type A, code_type B, code_type Out, class Params>
struct elementwise_args {
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
