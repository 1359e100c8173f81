// SPDX-License-Identifier: BSL-1.0
// The specification of embedding and embedding bag over tables of codes (contract/embedding.hpp).
#pragma once
#include <quantype/kernel/contract/embedding.hpp>
#include <quantype/numerics/exact.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace kernel::scalar {

/// For shapes known at run time only.
constexpr void embedding_loop(const embedding_config& config, const embedding_args& args) {
    const int per = config.indices / config.bags;
    const auto code_at = [&](std::ptrdiff_t row, int i) {
        const std::uint8_t* codes = args.codes + row * config.row_bytes();
        return config.bits == 8 ? codes[i] : (codes[i / 2] >> (i % 2 == 0 ? 0 : 4)) & 15;
    };
    for (int b = 0; b < config.bags; ++b) {
        const std::int64_t begin = args.offsets ? args.offsets[b] : std::int64_t{b} * per;
        const std::int64_t next = b + 1 < config.bags && args.offsets ? args.offsets[b + 1] : config.indices;
        const std::int64_t end = args.offsets ? next : begin + per;
        float* y = args.output + static_cast<std::ptrdiff_t>(b) * config.dimension;
        for (int i = 0; i < config.dimension; ++i) y[i] = 0.0f;
        for (std::int64_t k = begin; k < end; ++k) {
            const auto row = static_cast<std::ptrdiff_t>(args.indices[k]);
            const embedding_row& r = args.rows[row];
            for (int i = 0; i < config.dimension; ++i) {
                const std::int32_t code = code_at(row, i);
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
