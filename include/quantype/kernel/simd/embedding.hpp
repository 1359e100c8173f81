// SPDX-License-Identifier: BSL-1.0
// Embedding tables (contract/embedding.hpp) on batches along the columns of a row.
#pragma once
#include <quantype/kernel/contract/embedding.hpp>
#include <quantype/kernel/simd/quantize.hpp>

#if QUANTYPE_HAS_XSIMD
QUANTYPE_BEGIN_NAMESPACE

namespace kernel::simd {

namespace detail {

/// y += code * scale + bias for the `dimension` codes of a row.
template <class Arch, embedding_config Config>
QUANTYPE_SIMD_INLINE void add_row(const std::uint8_t* codes, const embedding_row& r, float* y) {
    constexpr int dimension = Config.dimension;
    const floats<Arch> scale(r.scale), bias(r.bias);
    for (int i = 0; i < dimension; i += lanes<Arch>) {
        const int count = dimension - i < lanes<Arch> ? dimension - i : lanes<Arch>;
        alignas(most_alignment) std::int32_t room[lanes<Arch>] = {};
        for (int k = 0; k < count; ++k)
            room[k] = Config.bits == 8 ? codes[i + k] : (codes[(i + k) / 2] >> ((i + k) % 2 == 0 ? 0 : 4)) & 15;
        const floats<Arch> value = add<Arch>(mul<Arch>(to_float<Arch>(ints<Arch>::load_aligned(room)), scale), bias);
        store_floats<Arch>(y + i, add<Arch>(load_floats<Arch>(y + i, count), value), count);
    }
}

}  // namespace detail

/// See contract/embedding.hpp; same bits as scalar::embedding.
template <vector_arch Arch, embedding_config Config>
void embedding(const embedding_args& args) {
    static_assert(Config.valid(), "embedding: extents must be positive");
    constexpr int bags = Config.bags, dimension = Config.dimension, per = Config.indices / Config.bags;
    for (int b = 0; b < bags; ++b) {
        const std::int64_t begin = args.offsets ? args.offsets[b] : std::int64_t{b} * per;
        const std::int64_t next = b + 1 < bags && args.offsets ? args.offsets[b + 1] : Config.indices;
        const std::int64_t end = args.offsets ? next : begin + per;
        float* y = args.output + std::ptrdiff_t{b} * dimension;
        for (int i = 0; i < dimension; ++i) y[i] = 0.0f;
        for (std::int64_t k = begin; k < end; ++k) {
            const auto row = static_cast<std::ptrdiff_t>(args.indices[k]);
            detail::add_row<Arch, Config>(args.codes + row * Config.row_bytes(), args.rows[row], y);
        }
    }
}

}  // namespace kernel::simd

QUANTYPE_END_NAMESPACE
#endif
