// SPDX-License-Identifier: BSL-1.0
// The specification of embedding and embedding bag over byte tables (contract/embedding.hpp).
#pragma once
#include <quantype/kernel/contract/embedding.hpp>
#include <quantype/numerics/exact.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::scalar {

/// For shapes known at run time only.
constexpr void embedding_loop(const embedding_config& config, const embedding_args& args) {
    for (int b = 0; b < config.bags; ++b) {
        const std::int64_t begin = args.offsets ? args.offsets[b] : b;
        const std::int64_t next = b + 1 < config.bags && args.offsets ? args.offsets[b + 1] : config.indices;
        const std::int64_t end = args.offsets ? next : begin + 1;
        float* y = args.output + static_cast<std::ptrdiff_t>(b) * config.dimension;
        for (int i = 0; i < config.dimension; ++i) y[i] = 0.0f;
        for (std::int64_t k = begin; k < end; ++k) {
            const auto row = static_cast<std::ptrdiff_t>(args.indices[k]);
            const embedding_row& r = args.rows[row];
            for (int i = 0; i < config.dimension; ++i) {
                const std::int32_t code = args.codes[row * config.dimension + i];
                y[i] = exact::add(y[i], exact::add(exact::mul(exact::to_float(code), r.scale), r.bias));
            }
        }
    }
}

template <embedding_config Config>
constexpr void embedding(const embedding_args& args) {
    static_assert(Config.valid(), "embedding: extents must be positive");
    embedding_loop(Config, args);
}

}  // namespace kernel::scalar

QUANTYPE_END_NAMESPACE
