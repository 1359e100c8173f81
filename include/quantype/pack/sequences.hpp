// SPDX-License-Identifier: BSL-1.0
// Packs recurrent layers, embedding tables and float16 weights.
#pragma once
#include <quantype/numerics/half.hpp>
#include <quantype/pack/matrix.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace detail {

/// float32 to the bits of halves; refuses what becomes infinite.
inline const std::uint16_t* store_halves(pack_writer& p, const plan_step& s, const std::vector<float>& weight) {
    std::vector<std::uint16_t> halves;
    for (const float x : weight) {
        halves.push_back(to_half_bits(x));
        if ((halves.back() & 0x7fffU) >= 0x7c00U)
            raise(p.name(s) + ": weight " + std::to_string(x) +
                  " does not fit half precision, whose largest number is 65504");
    }
    return p.model.store(halves);
}

inline void pack_linear_fp16(pack_writer& p, const plan_step& s, step_data& d) {
    layer_weights w;
    if (s.weight_node >= 0) {
        w.weight = p.parameters.of(p.graph[s.weight_node].module, 0).data;
        if (s.bias_node >= 0) w.bias = p.parameters.of(p.graph[s.bias_node].module, 0).data;
    } else {
        w = weights_of(p.prepared.trace, p.graph, s.node, p.parameters);
    }
    d.weight = store_halves(p, s, w.weight);
    d.channels = w.bias.empty() ? nullptr : p.model.store(w.bias);
    d.relu = has_relu(p.prepared, p.graph, s);
}

/// The codes of one matrix of a recurrent layer, checked.
inline recurrent_weight pack_recurrent_codes(pack_writer& p, const plan_step& s, const quantized_weight& w,
                                             const layer_weights& want) {
    const auto rows = static_cast<std::size_t>(want.extents[0]);
    if (w.codes.size() != want.weight.size() || (w.scale.size() != 1 && w.scale.size() != rows) ||
        w.zero_point.size() != w.scale.size() || (w.bias.size() != want.bias.size()))
        raise(p.name(s) + ": the codes, scales or biases of a recurrent weight do not have the module's sizes");
    for (const std::int32_t z : w.zero_point)
        if (z != 0) raise(p.name(s) + ": weights with a zero point other than 0 have no packed form");
    std::vector<float> scales(rows);
    for (std::size_t c = 0; c < rows; ++c) scales[c] = w.scale_of(static_cast<int>(c));
    return {p.model.store(w.codes), p.model.store(scales), w.bias.empty() ? nullptr : p.model.store(w.bias)};
}

inline void pack_recurrent(pack_writer& p, const plan_step& s, step_data& d) {
    const std::vector<layer_weights> floats = recurrent_weights(p.prepared.trace, p.graph[s.node], p.parameters);
    const auto found = p.quantized.recurrent.find(s.node);
    const bool dynamic = s.kind == step_kind::recurrent_dynamic;
    if (dynamic && (found == p.quantized.recurrent.end() || found->second.size() != floats.size()))
        raise(p.name(s) + ": " + std::to_string(floats.size()) + " quantized weights are expected");
    auto* weights = p.model.store<recurrent_weight>(floats.size());
    for (std::size_t k = 0; k < floats.size(); ++k)
        weights[k] = dynamic ? pack_recurrent_codes(p, s, found->second[k], floats[k])
                             : recurrent_weight{store_halves(p, s, floats[k].weight), nullptr,
                                                floats[k].bias.empty() ? nullptr : p.model.store(floats[k].bias)};
    d.weight = weights;
}

/// In float; quantized and dequantized where the reference form stands for it.
inline void pack_float_recurrent(pack_writer& p, const plan_step& s, step_data& d) {
    std::vector<layer_weights> weights = recurrent_weights(p.prepared.trace, p.graph[s.node], p.parameters);
    const auto found = p.quantized.recurrent.find(s.node);
    if (p.graph[s.node].form == node_form::reference)
        for (std::size_t k = 0; k < weights.size(); ++k)
            weights[k] = found != p.quantized.recurrent.end() ? dequantize_weight(found->second.at(k))
                                                              : rounded_to_half(weights[k]);
    std::vector<const float*> pointers;
    for (const std::vector<float>& values : as_parameters(weights)) pointers.push_back(p.model.store(values));
    d.table = static_cast<const void*>(p.model.store(pointers));
}

/// Two codes of 4 bits a byte, rows aligned.
inline std::vector<std::uint8_t> packed_table(const quantized_weight& w, int bits) {
    const std::size_t columns = static_cast<std::size_t>(w.extents[1]), bytes = bits == 8 ? columns : (columns + 1) / 2;
    std::vector<std::uint8_t> r(static_cast<std::size_t>(w.extents[0]) * bytes);
    for (std::size_t i = 0; i < w.codes.size(); ++i) {
        const std::size_t row = i / columns, column = i % columns;
        const auto code = static_cast<std::uint8_t>(w.codes[i]);
        if (bits == 8)
            r[i] = code;
        else
            r[row * bytes + column / 2] =
                static_cast<std::uint8_t>(r[row * bytes + column / 2] | code << (4 * (column % 2)));
    }
    return r;
}

inline void pack_embedding(pack_writer& p, const plan_step& s, step_data& d) {
    const attributes& a = p.attrs(s);
    const auto found = p.quantized.weights.find(s.node);
    if (found == p.quantized.weights.end()) raise(p.name(s) + ": no quantized table was given");
    const quantized_weight& w = found->second;
    const auto rows = static_cast<std::size_t>(a.in);
    if (w.extents != shape(a.in, a.out) || w.codes.size() != rows * static_cast<std::size_t>(a.out) ||
        w.scale.size() != rows || w.float_zero_point.size() != rows)
        raise(p.name(s) + ": the table's codes, scales or zero points do not have the module's sizes");
    const int bits = table_bits(p.prepared, s);
    if ((w.type == dtype::quint4x2) != (bits == 4))
        raise(p.name(s) + ": the table's codes are not of the " + std::to_string(bits) + " bits that its QConfig says");
    auto* packed = p.model.store<kernel::embedding_row>(rows);
    for (std::size_t r = 0; r < rows; ++r) {
        packed[r] = {w.scale[r], exact::mul(-w.float_zero_point[r], w.scale[r])};
        if (bits == 4) packed[r] = {fp16_round_trip(packed[r].scale), fp16_round_trip(packed[r].bias)};
    }
    d.weight = p.model.store(packed_table(w, bits));
    d.table = packed;
}

/// A function's table is a value of the graph.
inline void pack_float_table(pack_writer& p, const plan_step& s, step_data& d) {
    if (p.graph[s.node].kind == node_kind::call_function) return;
    const auto found = p.quantized.weights.find(s.node);
    d.table = found != p.quantized.weights.end() ? p.model.store(dequantize_weight(found->second).weight)
                                                 : p.model.store(p.parameters.of(p.graph[s.node].module, 0).data);
}

template <class Engine>
void pack_sequence(pack_writer& p, const plan_step& s, step_data& d) {
    d.reduce_range = reduces_range<Engine>(true);
    switch (s.kind) {
        case step_kind::linear_fp16: return pack_linear_fp16(p, s, d);
        case step_kind::recurrent_dynamic:
        case step_kind::recurrent_fp16: return pack_recurrent(p, s, d);
        case step_kind::recurrent: return pack_float_recurrent(p, s, d);
        case step_kind::embedding: return pack_embedding(p, s, d);
        case step_kind::embedding_float: return pack_float_table(p, s, d);
        default: return;
    }
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
