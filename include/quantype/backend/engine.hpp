// SPDX-License-Identifier: BSL-1.0
// The arithmetic of a backend's quantized ops, by name. Each engine fixes the rounding and requantization rule of every
// op; the rules themselves are in numerics/ and kernel/contract/.
#pragma once
#include <string_view>

#include <quantype/version.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace engine {

/// PyTorch's mobile engine: float32 multiplier, half to even; integer bias; add rounds half away from zero.
struct qnnpack {
    static constexpr std::string_view name = "qnnpack";
};
/// PyTorch's oneDNN engine: float bias, the zero point is added before rounding half to even.
struct onednn {
    static constexpr std::string_view name = "onednn";
};
/// PyTorch's FBGEMM / x86 engine: float bias added to the accumulator, half to even, then the zero point.
struct fbgemm {
    static constexpr std::string_view name = "fbgemm";
};
/// ONNX's definitions (QLinearConv; other ops between DequantizeLinear and QuantizeLinear): float32 multiplier, half to
/// even, then the zero point; integer bias; sums and averages are computed in float32.
struct onnx {
    static constexpr std::string_view name = "onnx";
};
/// TensorFlow Lite's reference kernels: Q31 multiplier, rounded twice (CMSIS-NN's default).
struct tflite_double_rounding {
    static constexpr std::string_view name = "tflite_double_rounding";
};
/// The same with TFLITE_SINGLE_ROUNDING.
struct tflite_single_rounding {
    static constexpr std::string_view name = "tflite_single_rounding";
};

}  // namespace engine

QUANTYPE_END_NAMESPACE
