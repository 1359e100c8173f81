// SPDX-License-Identifier: BSL-1.0
// Which multiplication a product with packed weights uses: decided by facts that hold whatever codes come at run time.
#pragma once
#include <quantype/kernel/contract/image.hpp>
#include <quantype/kernel/contract/packed.hpp>
#include <quantype/kernel/simd/multiply.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd {

/// Products of a layer whose input may hold any code are exact on 16-bit numbers.
struct exact_products {
    static constexpr bool proven_by_weights = false;
};
/// Blocks of output channels whose weights prove that no pair of products leaves 16 bits are multiplied as bytes:
/// faster on SSE4.1, AVX2 and AVX-512BW, at the price of both loops in the program. Inputs are quint8.
struct proven_products {
    static constexpr bool proven_by_weights = true;
};

#if QUANTYPE_HAS_XSIMD
namespace detail {

/// Adds what the choice needs to the layout of a product whose input holds `codes`; returns what the kernel adds to
/// each code before it multiplies.
template <class Arch, class Products>
constexpr std::int32_t choose_product(weight_layout& layout, const code_bounds& codes, bool signed_input) {
    if (has_byte_pairs<Arch> && codes.known() && codes.span() <= 127) {
        layout.pair_group = byte_pairs<Arch>::group;
        layout.span = codes.span();
        return -codes.lo;
    }
    if (has_byte_pairs<Arch> && Products::proven_by_weights && !signed_input)
        layout.pair_group = byte_pairs<Arch>::group;
    return element_shift<exact<Arch>>(signed_input);
}

/// Calls run(Multiply{}) for each multiplication that blocks of the layout may be packed for.
template <class Arch, weight_layout Layout, class Run>
QUANTYPE_SIMD_INLINE void with_products(const Run& run) {
    if constexpr (Layout.pair_group == 0 || Layout.mixed()) run(exact<Arch>{});
    if constexpr (Layout.pair_group != 0) run(byte_pairs<Arch>{});
}

/// True when block `b` is packed for Multiply.
template <class Multiply, weight_layout Layout>
QUANTYPE_SIMD_INLINE bool packed_for(const std::int8_t* weight, int b) {
    if constexpr (Layout.mixed()) return (weight[b] != 0) == Multiply::in_pairs;
    return true;
}
/// True when some block is.
template <class Multiply, weight_layout Layout>
QUANTYPE_SIMD_INLINE bool some_packed_for(const std::int8_t* weight) {
    constexpr int blocks = Layout.blocks();
    for (int b = 0; b < blocks; ++b)
        if (packed_for<Multiply, Layout>(weight, b)) return true;
    return false;
}

}  // namespace detail
#endif

}  // namespace kernel::simd

QUANTYPE_END_NAMESPACE
