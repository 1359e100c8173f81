// SPDX-License-Identifier: BSL-1.0
// A fake-quantize at run time: it observes, chooses scale and zero point, and rounds what passes through it.
// Takes: a configuration with `fake` set, a state, a tensor. Refuses: ranges that are not finite, by name.
#pragma once
#include <string_view>
#include <vector>

#include <quantype/calibrate/require.hpp>
#include <quantype/host/tensor.hpp>
#include <quantype/numerics/fake_quantize.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// What a fake-quantize module keeps: the state of its observer, two switches under PyTorch's names, and the scale and
/// zero point in use (one, or one for each channel; `float_zero_point` in place of `zero_point` with float qparams).
struct fake_quantize_state {
    observer_state observer{};
    bool fake_quant_enabled = true;
    bool observer_enabled = true;
    std::vector<float> scale{1.0f};
    std::vector<std::int32_t> zero_point{0};
    std::vector<float> float_zero_point{};

    fake_quantize_state() = default;
    /// The state before the first tensor; fixed qparams are in use from the start.
    explicit fake_quantize_state(const observer_config& o) {
        if (o.type->rule != observer_rule::fixed) return;
        scale = {o.args.scale};
        zero_point = {o.args.zero_point};
    }

    void enable_fake_quant(bool on = true) { fake_quant_enabled = on; }
    void disable_fake_quant() { fake_quant_enabled = false; }
    void enable_observer(bool on = true) { observer_enabled = on; }
    void disable_observer() { observer_enabled = false; }
};

namespace detail::calibrate {

inline bool is_fused(const observer_config& o) { return o.fake->rule == fake_quantize_rule::fused_moving_average; }

// The observers' rule refuses what cannot be trusted; the fused rule has no eps and chooses for itself.
inline void choose_scale(const observer_config& o, fake_quantize_state& s, std::string_view name) {
    const qparams q = require_qparams(o, s.observer, name);
    s.scale = q.scale;
    s.zero_point = q.zero_point;
    s.float_zero_point = q.float_zero_point;
    if (!is_fused(o)) return;
    const code_range codes = effective_quant_range(o);
    for (std::size_t c = 0; c < s.scale.size(); ++c) {
        const scale_zero_point p =
            choose_fused_qparams(s.observer.min[c], s.observer.max[c], codes, is_symmetric(o.args.qscheme));
        s.scale[c] = p.scale;
        s.zero_point[c] = p.zero_point;
    }
}

// Calls f(element, channel); channel 0 for all elements of a per-tensor configuration.
template <class F>
void for_each_fake_quantized(const observer_config& o, const fake_quantize_state& s, const shape& extents,
                             std::string_view name, F&& f) {
    if (!o.type->per_channel) {
        const std::int64_t n = extents.count();
        for (std::int64_t i = 0; i < n; ++i) f(i, std::size_t{0});
        return;
    }
    const int axis = o.args.ch_axis < 0 ? o.args.ch_axis + extents.rank : o.args.ch_axis;
    if (axis < 0 || axis >= extents.rank || static_cast<std::size_t>(extents[axis]) != s.scale.size())
        raise(std::string(name) + ": " + std::to_string(s.scale.size()) + " scales for axis " + std::to_string(axis) +
              " of a tensor of shape " + to_string(extents));
    affine::for_each_in_channel(extents, axis, [&](std::int64_t i, std::int64_t c) { f(i, at(c)); });
}

inline void copy(tensor_view<const float> x, tensor_view<float> y) {
    const std::int64_t n = x.count();
    for (std::int64_t i = 0; i < n; ++i) y[i] = x[i];
}

}  // namespace detail::calibrate

/// One tensor through a fake-quantize, in PyTorch's order: the observer sees it, scale and zero point are chosen, the
/// values are rounded; each as far as it is switched on. `y` has the shape of `x` and may be the same memory. A fused
/// one chooses them whenever it rounds, a plain one whenever it observes.
inline void fake_quantize(const observer_config& o, fake_quantize_state& s, tensor_view<const float> x,
                          tensor_view<float> y, std::string_view name = "fake-quantize") {
    namespace d = detail::calibrate;
    if (s.observer_enabled) observe(o, s.observer, x);
    const bool fixed = o.fake->rule == fake_quantize_rule::fixed;
    if (!fixed && (d::is_fused(o) ? s.fake_quant_enabled : s.observer_enabled)) d::choose_scale(o, s, name);
    if (!s.fake_quant_enabled) return d::copy(x, y);
    const code_range range = effective_quant_range(o);
    const bool float_zero = !s.float_zero_point.empty();
    d::for_each_fake_quantized(o, s, x.extents, name, [&](std::int64_t i, std::size_t c) {
        y[i] = float_zero ? fake_quantize_float_qparams(x[i], s.scale[c], s.float_zero_point[c], range)
                          : fake_quantize(x[i], s.scale[c], s.zero_point[c], range);
    });
}

/// The gradient of the input `x` of the last call, given that of its output (straight-through estimator). All three
/// have the same shape.
inline void fake_quantize_gradient(const observer_config& o, const fake_quantize_state& s, tensor_view<const float> x,
                                   tensor_view<const float> output_gradient, tensor_view<float> gradient,
                                   std::string_view name = "fake-quantize") {
    if (!s.fake_quant_enabled) return detail::calibrate::copy(output_gradient, gradient);
    const code_range range = effective_quant_range(o);
    const bool float_zero = !s.float_zero_point.empty();
    detail::calibrate::for_each_fake_quantized(o, s, x.extents, name, [&](std::int64_t i, std::size_t c) {
        const float g = output_gradient[i];
        gradient[i] = float_zero
                          ? fake_quantize_float_qparams_gradient(x[i], g, s.scale[c], s.float_zero_point[c], range)
                          : fake_quantize_gradient(x[i], g, s.scale[c], s.zero_point[c], range);
    });
}

QUANTYPE_END_NAMESPACE
