// SPDX-License-Identifier: BSL-1.0
// Weights for a model whose speed is measured: uniform numbers, of a size that keeps activations near 1.
#pragma once
#include <cmath>
#include <cstdint>
#include <string>

#include <quantype/io/weights.hpp>
#include <quantype/model/traced.hpp>

namespace bench_models {

/// By PyTorch's state_dict names, the same in every run.
template <class Net>
quantype::tensor_map random_weights() {
    const quantype::trace_view& t = quantype::traced<Net>::view;
    quantype::tensor_map weights;
    std::uint32_t state = 2463534242U;
    for (int m = 0; m < t.module_count; ++m)
        for (int k = 0; k < t.modules[m].parameter_count; ++k) {
            const quantype::parameter_info& p = t.parameters[t.modules[m].first_parameter + k];
            quantype::tensor<float> x(p.extents);
            const bool is_matrix = p.name == "weight" && x.data.size() > static_cast<std::size_t>(p.extents[0]);
            const float inputs = static_cast<float>(x.data.size()) / static_cast<float>(p.extents[0]);
            const float reach = is_matrix ? std::sqrt(6.0f / inputs) : 0.1f;
            const float middle = p.name == "running_var" || (p.name == "weight" && !is_matrix) ? 1.0f : 0.0f;
            for (float& v : x.data) {
                state = state * 1664525U + 1013904223U;
                v = middle + reach * (static_cast<float>(state >> 8U) / 8388608.0f - 1.0f);
            }
            weights[std::string(t.module_path(m)) + "." + std::string(p.name)] = quantype::to_any_tensor(x);
        }
    return weights;
}

}  // namespace bench_models
