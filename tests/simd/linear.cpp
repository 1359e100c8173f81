// SPDX-License-Identifier: BSL-1.0
// The linear layer on batches against the scalar specification: ragged shapes, strides, extreme data, every policy.
#include <quantype/numerics/requantize_activation.hpp>
#include <quantype/numerics/requantize_q31.hpp>

#include "simd/linears.hpp"

int main() {
    using namespace simd_test;
    using namespace qz::requantize;
    linear_all<k::linear_config{1, 1, 1}, qnnpack>();
    linear_all<k::linear_config{1, 64, 10}, qnnpack, std::int8_t, std::int8_t>();
    linear_all<k::linear_config{3, 37, 17, 40, 19}, fbgemm>();
    linear_all<k::linear_config{4, 16, 16}, onednn>();
    linear_all<k::linear_config{5, 20, 33}, qnnpack>();
    linear_all<k::linear_config{7, 3, 5}, qnnpack, std::int8_t, std::uint8_t>();
    linear_all<k::linear_config{9, 130, 64}, fbgemm, std::uint8_t, std::int8_t>();
    linear_all<k::linear_config{6, 64, 1}, onednn>();
    linear_all<k::linear_config{5, 12, 18}, onednn_leaky_relu>();
    linear_all<k::linear_config{2, 20, 7}, onednn_leaky_relu, std::int8_t, std::int8_t>();
    linear_all<k::linear_config{4, 9, 19}, onednn_tanh>();
    linear_all<k::linear_config{16, 12, 31, 12, 40}, tflite_double_rounding, std::int8_t, std::int8_t>();
    linear_all<k::linear_config{2, 15, 18}, tflite_double_rounding, std::int8_t, std::int8_t>();
    linear_all<k::linear_config{8, 65, 16}, tflite_single_rounding, std::int8_t, std::int8_t>();
    linear_all<k::linear_config{4, 24, 40, 0, 0, true}, qnnpack>();
    linear_all<k::linear_config{1, 50, 9, 0, 0, true}, qnnpack, std::int8_t, std::uint8_t>();
    linear_all<k::linear_config{5, 7, 20, 0, 0, true}, qnnpack>();
    linear_all<k::linear_config{4, 1100, 70}, qnnpack>();
    linear_all<k::linear_config{13, 72, 70}, qnnpack>();
    linear_all<k::linear_config{12, 100, 24}, fbgemm, std::int8_t, std::int8_t>();
    return finish("linear");
}
