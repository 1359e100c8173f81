// SPDX-License-Identifier: BSL-1.0
// A quantized weight, to and from float.
#pragma once
#include <string>
#include <vector>

#include <quantype/calibrate/calibration.hpp>
#include <quantype/numerics/affine.hpp>
#include <quantype/numerics/half.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// A quantized weight with its float bias. Codes in PyTorch's layout; one scale and zero point per tensor, or one for
/// each output channel. An embedding table (quint8, quint4x2) has unsigned codes, one a byte whatever the dtype, and a
/// scale and a float zero point for each row.
struct quantized_weight {
    shape extents{};
    std::vector<std::int8_t> codes{};
    std::vector<float> scale{};
    std::vector<std::int32_t> zero_point{};
    std::vector<float> bias{};  ///< empty: none
    dtype type = dtype::qint8;
    std::vector<float> float_zero_point{};  ///< tables alone

    bool per_channel() const { return scale.size() > 1; }
    float scale_of(int channel) const { return per_channel() ? scale[static_cast<std::size_t>(channel)] : scale[0]; }
    std::int32_t zero_point_of(int channel) const {
        return per_channel() ? zero_point[static_cast<std::size_t>(channel)] : zero_point[0];
    }
};

namespace detail {

/// Quantizes a table: a scale and a float zero point for each row.
inline quantized_weight quantize_table(const layer_weights& w, const qparams& q, const std::string& name) {
    if (q.axis != 0 || q.scale.size() != static_cast<std::size_t>(w.extents[0]))
        raise(name + ": a table takes a scale for each of its " + std::to_string(w.extents[0]) +
              " rows (axis 0), not " + std::to_string(q.scale.size()) + " along axis " + std::to_string(q.axis));
    quantized_weight r;
    r.extents = w.extents;
    r.type = q.dtype;
    r.scale = q.scale;
    r.float_zero_point = q.float_zero_point;
    r.codes.resize(w.weight.size());
    const std::size_t per = w.weight.size() / q.scale.size();
    for (std::size_t i = 0; i < r.codes.size(); ++i) {
        const std::int32_t code =
            quantize_float_qparams(w.weight[i], q.scale[i / per], q.float_zero_point[i / per], codes_of(q.dtype));
        r.codes[i] = static_cast<std::int8_t>(static_cast<std::uint8_t>(code));
    }
    return r;
}

/// Quantizes a weight with its observer, which sees it once (in training with batch norms, the folded weight). `s`:
/// what the observer saw before.
inline quantized_weight quantize_weight(const layer_weights& w, const observer_config& o, const std::string& name,
                                        fake_quantize_state s = {}) {
    const tensor_view<const float> view{w.weight.data(), w.extents};
    require_finite(view, name);
    if (s.observer_enabled) observe(o, s.observer, view);
    const qparams q = require_qparams(o, s.observer, name);
    if (!q.float_zero_point.empty()) return quantize_table(w, q, name);
    quantized_weight r;
    r.extents = w.extents;
    r.scale = q.scale;
    r.zero_point = q.zero_point;
    r.bias = w.bias;
    r.codes.resize(w.weight.size());
    if (q.axis > 0)
        raise(name + ": weights per channel along axis " + std::to_string(q.axis) + " have no kernel; use axis 0");
    const std::size_t per = r.codes.size() / (q.scale.size() > 1 ? q.scale.size() : 1);
    for (std::size_t i = 0; i < r.codes.size(); ++i) {
        const std::size_t c = q.scale.size() > 1 ? i / per : 0;
        r.codes[i] = static_cast<std::int8_t>(
            quantize(w.weight[i], inverse_of(static_cast<double>(q.scale[c])), q.zero_point[c], codes_of(q.dtype)));
    }
    return r;
}

/// The weight back in float, for the reference form.
inline layer_weights dequantize_weight(const quantized_weight& q) {
    layer_weights w{q.extents, std::vector<float>(q.codes.size()), q.bias};
    const std::size_t per = q.codes.size() / q.scale.size();
    for (std::size_t i = 0; i < q.codes.size(); ++i)
        w.weight[i] = q.float_zero_point.empty()
                          ? dequantize(q.codes[i], q.scale[i / per], q.zero_point[i / per])
                          : dequantize_float_qparams(static_cast<std::uint8_t>(q.codes[i]), q.scale[i / per],
                                                     q.float_zero_point[i / per]);
    return w;
}

/// float16 weights, for the reference form.
inline layer_weights rounded_to_half(layer_weights w) {
    for (float& f : w.weight) f = fp16_round_trip(f);
    return w;
}

}  // namespace detail

QUANTYPE_END_NAMESPACE
