// SPDX-License-Identifier: BSL-1.0
// Tensors of uniform numbers, the same in every run and on every machine.
#pragma once
#include <cstdint>
#include <quantype/io/weights.hpp>
#include <string>

/// Adds to `to` a tensor of numbers within `reach` of `middle`; each call goes on where the last one stopped.
inline void add_uniform(quantype::tensor_map& to, const std::string& name, const quantype::shape& extents, float reach,
                        float middle = 0) {
    static std::uint32_t state = 7;
    quantype::tensor<float> t(extents);
    for (float& v : t.data) {
        state = state * 1664525U + 1013904223U;
        v = middle + reach * (static_cast<float>(state >> 8U) / 8388608.0f - 1.0f);
    }
    to[name] = quantype::to_any_tensor(t);
}
