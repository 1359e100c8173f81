// SPDX-License-Identifier: BSL-1.0
// The constants of an ONNX file: scales and zero points, codes of weights, biases.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include <quantype/io/onnx_file.hpp>
#include <quantype/lower/arithmetic.hpp>
#include <quantype/quantize/quantized_parameters.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace onnx {

/// `<of>.scale` and `<of>.zero_point` of one value.
inline void write_scale(model_builder& to, const std::string& of, const value_qparams& q, dtype type) {
    to.constant<float>(of + ".scale", {}, {q.scale});
    if (type == dtype::quint8)
        to.constant<std::uint8_t>(of + ".zero_point", {}, {static_cast<std::uint8_t>(q.zero_point)});
    else
        to.constant<std::int8_t>(of + ".zero_point", {}, {static_cast<std::int8_t>(q.zero_point)});
}

inline std::vector<std::int64_t> extents_of(const shape& s, bool transposed) {
    std::vector<std::int64_t> r(s.dims, s.dims + s.rank);
    if (transposed) std::swap(r[0], r[1]);
    return r;
}
/// The values of a tensor of that shape; those of a matrix can be transposed.
template <class T>
std::vector<T> in_order(const std::vector<T>& values, const shape& s, bool transposed) {
    if (!transposed) return values;
    const auto rows = static_cast<std::size_t>(s[0]), columns = static_cast<std::size_t>(s[1]);
    std::vector<T> r(values.size());
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t k = 0; k < columns; ++k) r[k * rows + i] = values[i * columns + k];
    return r;
}

/// Constants of a weight: codes under `constant`, its scales and zero points behind that name.
inline void write_codes(model_builder& to, const std::string& constant, const quantized_weight& w, bool transposed) {
    to.constant<std::int8_t>(constant, extents_of(w.extents, transposed), in_order(w.codes, w.extents, transposed));
    std::vector<std::int64_t> channels;
    if (w.per_channel()) channels.push_back(static_cast<std::int64_t>(w.scale.size()));
    to.constant<float>(constant + ".scale", channels, w.scale);
    to.constant<std::int8_t>(constant + ".zero_point", channels, {w.zero_point.begin(), w.zero_point.end()});
}
/// The same, and `result`, which is dequantized from them.
inline void write_weight(model_builder& to, const std::string& constant, const quantized_weight& w, bool transposed,
                         const std::string& result) {
    write_codes(to, constant, w, transposed);
    to.node("DequantizeLinear", {constant, constant + ".scale", constant + ".zero_point"}, result,
            {{"axis", std::int64_t{transposed}}});
}

}  // namespace onnx

namespace detail {

/// The bias of a weighted layer: in units of the accumulator where the engine's is an integer, else float.
struct onnx_bias {
    std::vector<std::int32_t> integers{};
    std::vector<float> floats{};
};

template <class Engine>
onnx_bias onnx_bias_of(const quantized_parameters& q, int node, float input_scale) {
    using rule = typename arithmetic<Engine>::matrix;
    const quantized_weight& w = q.weights.at(node);
    onnx_bias b;
    if (const auto given = q.integer_bias.find(node); given != q.integer_bias.end()) {
        b.integers = given->second;
    } else if constexpr (rule::integer_bias) {
        for (std::size_t c = 0; c < w.bias.size(); ++c)
            b.integers.push_back(
                rule::start(rule::make({static_cast<double>(input_scale),
                                        static_cast<double>(w.scale_of(static_cast<int>(c))), 1.0, w.bias[c]})
                                .params));
    } else {
        b.floats = w.bias;
    }
    return b;
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
