// SPDX-License-Identifier: BSL-1.0
// The float forward of the modules of quantization-aware training: linear and convolution with a fake-quantized weight,
// and with a batch norm and a ReLU inside. Source: torch.ao.nn.qat and torch.ao.nn.intrinsic.qat.
#pragma once
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include <quantype/calibrate/fake_quantize.hpp>
#include <quantype/kernel/float32/evaluate.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// A batch norm over (N, channels, ...): views onto its vectors, of one value a channel. In training it normalizes by
/// the batch's own mean and variance and moves the running ones by `momentum` towards them.
struct trained_batch_norm {
    const float* weight = nullptr;
    const float* bias = nullptr;
    float* running_mean = nullptr;
    float* running_var = nullptr;
    int channels = 0;
    double eps = 1e-5;
    double momentum = 0.1;
    bool training = false;
};

/// A linear layer or convolution in quantization-aware training: views onto its numbers, and its fake-quantize.
struct qat_module {
    attributes attrs{};                              ///< of op_code::linear, or op_code::conv of any rank
    tensor_view<const float> weight{};               ///< in PyTorch's layout
    const float* bias = nullptr;                     ///< null: none
    const trained_batch_norm* batch_norm = nullptr;  ///< null: none
    bool relu = false;
    const observer_config* weight_config = nullptr;
    fake_quantize_state* weight_fake_quant = nullptr;
    std::string_view name{};  ///< "layer1.0.conv1", for errors
};

namespace detail::calibrate {

/// Calls f(element) for every element of one channel of (N, channels, ...).
template <class F>
void for_each_of_channel(const shape& s, std::int64_t channel, F&& f) {
    const std::int64_t plane = affine::inner_count(s, 1);
    for (std::int64_t n = 0; n < s[0]; ++n) {
        const std::int64_t first = (n * s[1] + channel) * plane;
        for (std::int64_t i = first; i < first + plane; ++i) f(i);
    }
}

/// Mean and sum of squared deviations of a channel, summed in float64.
struct channel_moments {
    double mean = 0.0;
    double squares = 0.0;
};
inline channel_moments moments_of(tensor_view<const float> x, std::int64_t channel, std::int64_t count) {
    channel_moments m;
    for_each_of_channel(x.extents, channel, [&](std::int64_t i) { m.mean += static_cast<double>(x[i]); });
    m.mean /= static_cast<double>(count);
    for_each_of_channel(x.extents, channel, [&](std::int64_t i) {
        const double d = static_cast<double>(x[i]) - m.mean;
        m.squares += d * d;
    });
    return m;
}

inline float towards(float running, double value, double momentum) {
    return static_cast<float>(momentum * value + (1.0 - momentum) * static_cast<double>(running));
}

/// The factor by which a module's batch norm scales its weight: gamma / sqrt(running_var + eps), for each channel.
inline std::vector<float> weight_factors(const trained_batch_norm& bn, std::string_view name) {
    std::vector<float> s(at(bn.channels));
    for (int c = 0; c < bn.channels; ++c) {
        const float deviation = elementary::sqrt(exact::add(bn.running_var[c], static_cast<float>(bn.eps)));
        s[at(c)] = exact::div(bn.weight[c], deviation);
        if (!is_finite(s[at(c)]) || s[at(c)] == 0.0f)
            raise(std::string(name) + ": the weight is scaled by " + std::to_string(s[at(c)]) + " in channel " +
                  std::to_string(c) + " (batch norm weight " + std::to_string(bn.weight[c]) + ", running variance " +
                  std::to_string(bn.running_var[c]) + "), which cannot be undone");
    }
    return s;
}

}  // namespace detail::calibrate

/// y = batch norm of x, both (N, channels, ...). The sums of a batch are kept in float64; the variance that
/// normalizes divides by the number of values, the running one by one less. Refuses to train on one value a channel.
inline void batch_norm_forward(const trained_batch_norm& bn, tensor_view<const float> x, tensor_view<float> y,
                               std::string_view name = "batch norm") {
    namespace d = detail::calibrate;
    attributes a;
    a.in = bn.channels;
    a.scalar = bn.eps;
    if (!bn.training) return kernel::float32::batch_norm(a, x, bn.weight, bn.bias, bn.running_mean, bn.running_var, y);
    const std::int64_t count = x.count() / bn.channels;
    if (count < 2)
        raise(std::string(name) + ": a batch norm in training needs more than one value a channel, has " +
              std::to_string(count));
    for (int c = 0; c < bn.channels; ++c) {
        const d::channel_moments m = d::moments_of(x, c, count);
        const double variance = m.squares / static_cast<double>(count);
        const float alpha = static_cast<float>(1.0 / std::sqrt(variance + bn.eps)) * bn.weight[c];
        const float beta = bn.bias[c] - static_cast<float>(m.mean) * alpha;
        d::for_each_of_channel(x.extents, c, [&](std::int64_t i) { y[i] = x[i] * alpha + beta; });
        bn.running_mean[c] = d::towards(bn.running_mean[c], m.mean, bn.momentum);
        bn.running_var[c] = d::towards(bn.running_var[c], m.squares / static_cast<double>(count - 1), bn.momentum);
    }
}

/// y = module(x), with the shape that infer() gives. The weight is fake-quantized as it is, or, where there is a batch
/// norm, after scaling by s = gamma / sqrt(running_var + eps), which is undone behind the product:
/// y = bn(op(x, fq(weight * s)) / s + bias). Updates the fake-quantize and, in training, the running statistics.
inline void qat_forward(const qat_module& m, tensor_view<const float> x, tensor_view<float> y) {
    namespace d = detail::calibrate;
    const std::int64_t per_output = m.weight.count() / m.attrs.out;
    std::vector<float> weight(m.weight.begin(), m.weight.end()), factor;
    if (m.batch_norm != nullptr) {
        if (y.extents[1] != m.attrs.out)
            raise(std::string(m.name) + ": a batch norm over " + std::to_string(m.attrs.out) +
                  " channels behind values of shape " + to_string(y.extents));
        factor = d::weight_factors(*m.batch_norm, m.name);
        for (std::int64_t i = 0; i < m.weight.count(); ++i)
            weight[d::at(i)] = exact::mul(weight[d::at(i)], factor[d::at(i / per_output)]);
    }
    const tensor_view<float> view{weight.data(), m.weight.extents};
    fake_quantize(*m.weight_config, *m.weight_fake_quant, view, view, std::string(m.name) + ".weight_fake_quant");
    attributes a = m.attrs;
    a.bias = m.bias != nullptr && m.batch_norm == nullptr;
    const float* parameters[] = {weight.data(), m.bias};
    if (!kernel::float32::evaluate(a, &x, 1, parameters, y)) raise(std::string(m.name) + ": no float form");
    if (m.batch_norm != nullptr) {
        for (int c = 0; c < m.attrs.out; ++c)
            d::for_each_of_channel(y.extents, c, [&](std::int64_t i) {
                y[i] = exact::div(y[i], factor[d::at(c)]);
                if (m.bias != nullptr) y[i] = exact::add(y[i], m.bias[c]);
            });
        batch_norm_forward(*m.batch_norm, y, y, m.name);
    }
    if (m.relu) kernel::float32::map(y, y, [](float v) { return kernel::float32::relu(v); });
}

QUANTYPE_END_NAMESPACE
