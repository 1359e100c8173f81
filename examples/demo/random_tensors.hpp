// SPDX-License-Identifier: BSL-1.0
// Random numbers that are the same with every standard library, and tensors of them.
#pragma once
#include <quantype/io/weights.hpp>
#include <random>
#include <string>

namespace demo {

class random_tensors {
public:
    explicit random_tensors(unsigned seed) : engine_(seed) {}

    quantype::tensor<float> uniform(quantype::shape s, float low, float high) {
        quantype::tensor<float> t(s);
        for (float& x : t.data) x = low + (high - low) * (static_cast<float>(engine_() >> 8) * 0x1p-24f);
        return t;
    }
    void add(quantype::tensor_map& to, const std::string& name, quantype::shape s, float low, float high) {
        to[name] = quantype::to_any_tensor(uniform(s, low, high));
    }

private:
    std::mt19937 engine_;
};

}  // namespace demo
