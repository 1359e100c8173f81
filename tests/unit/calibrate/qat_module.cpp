// SPDX-License-Identifier: BSL-1.0
// The modules of quantization-aware training against PyTorch's: two training steps and one in evaluation mode each.
#include "qat_module_reference.hpp"

#include <quantype/calibrate/qat_module.hpp>
#include <quantype/qconfig/qat_qconfig.hpp>

#include "support/catch.hpp"
#include "support/close.hpp"

namespace qz = quantype;

namespace {

/// As `filled` of qat_module_reference.py.
std::vector<float> filled(std::int64_t count, std::int64_t seed) {
    std::vector<float> values;
    for (std::int64_t i = 0; i < count; ++i)
        values.push_back(static_cast<float>(static_cast<double>((i * 37 + seed * 101) % 127 - 63) / 50));
    return values;
}
std::vector<float> filled(std::int64_t count, std::int64_t seed, float add, bool positive) {
    std::vector<float> values = filled(count, seed);
    for (float& v : values) v = (positive && v < 0 ? -v : v) + add;
    return values;
}

struct setup {
    const char* name;
    const qz::observer_config* weight;
    qz::shape input, output, weight_shape;
    qz::attributes attrs;
    bool batch_norm = false;
    bool relu = false;
};

qz::attributes linear() {
    qz::attributes a;
    a.code = qz::op_code::linear;
    a.in = 5;
    a.out = 3;
    a.bias = true;
    return a;
}
qz::attributes conv(int rank, int in, int out, int kernel, bool bias, int stride = 1, int padding = 0, int groups = 1) {
    qz::attributes a;
    a.code = qz::op_code::conv;
    a.in = in;
    a.out = out;
    a.bias = bias;
    a.groups = groups;
    a.geometry.rank = rank;
    for (int i = 0; i < rank; ++i) {
        a.geometry.kernel[i] = kernel;
        a.geometry.stride[i] = stride;
        a.geometry.dilation[i] = 1;
        a.geometry.pad_before[i] = a.geometry.pad_after[i] = padding;
    }
    return a;
}

using qz::shape;
constexpr const qz::observer_config* plain = &qz::default_weight_fake_quant;
constexpr const qz::observer_config* fused = &qz::default_fused_wt_fake_quant;
constexpr const qz::observer_config* per_channel = &qz::default_fused_per_channel_wt_fake_quant;

const setup setups[] = {
    {"linear", plain, shape(4, 5), shape(4, 3), shape(3, 5), linear()},
    {"linear_relu", fused, shape(4, 5), shape(4, 3), shape(3, 5), linear(), false, true},
    {"linear_bn1d", per_channel, shape(4, 5), shape(4, 3), shape(3, 5), linear(), true},
    {"conv1d_bn", fused, shape(2, 2, 5), shape(2, 3, 5), shape(3, 2, 3), conv(1, 2, 3, 3, false, 1, 1), true},
    {"conv1d_bn_relu", per_channel, shape(2, 2, 5), shape(2, 3, 3), shape(3, 2, 3), conv(1, 2, 3, 3, false), true,
     true},
    {"conv2d", per_channel, shape(2, 2, 3, 3), shape(2, 3, 2, 2), shape(3, 2, 2, 2), conv(2, 2, 3, 2, true)},
    {"conv2d_relu", fused, shape(2, 2, 3, 3), shape(2, 3, 2, 2), shape(3, 2, 2, 2), conv(2, 2, 3, 2, true), false,
     true},
    {"conv2d_bn", per_channel, shape(1, 4, 3, 3), shape(1, 4, 3, 3), shape(4, 1, 3, 3), conv(2, 4, 4, 3, true, 1, 1, 4),
     true},
    {"conv2d_bn_relu", plain, shape(2, 2, 4, 4), shape(2, 3, 2, 2), shape(3, 2, 3, 3), conv(2, 2, 3, 3, true, 2, 1),
     true, true},
    {"conv3d_bn", fused, shape(2, 2, 3, 2, 3), shape(2, 2, 2, 1, 2), shape(2, 2, 2, 2, 2), conv(3, 2, 2, 2, true),
     true},
    {"conv3d_bn_relu", per_channel, shape(2, 2, 3, 2, 3), shape(2, 2, 2, 1, 2), shape(2, 2, 2, 2, 2),
     conv(3, 2, 2, 2, false), true, true},
};

/// Equal but for the order of summation.
void check_close(const std::vector<float>& have, const std::vector<float>& want, const char* what) {
    INFO(what);
    REQUIRE(have.size() == want.size());
    CHECK(support::compare(have, want).relative() <= 2e-6);
}

void check_module(const setup& s, const reference::module_case& want) {
    INFO(s.name);
    REQUIRE(want.name == s.name);
    const int channels = s.attrs.out;
    const std::vector<float> weight = filled(s.weight_shape.count(), 1), bias = filled(channels, 2);
    const std::vector<float> gamma = filled(channels, 3, 2.0f, false), beta = filled(channels, 4);
    std::vector<float> mean = filled(channels, 5), variance = filled(channels, 6, 0.5f, true);
    qz::trained_batch_norm bn{gamma.data(), beta.data(), mean.data(), variance.data(), channels};
    qz::fake_quantize_state state(*s.weight);
    const qz::qat_module m{s.attrs,
                           {weight.data(), s.weight_shape},
                           s.attrs.bias ? bias.data() : nullptr,
                           s.batch_norm ? &bn : nullptr,
                           s.relu,
                           s.weight,
                           &state,
                           s.name};
    REQUIRE(want.steps.size() == 3);
    for (int step = 0; step < 3; ++step) {
        INFO("step " << step);
        bn.training = step < 2;
        const qz::tensor<float> x(s.input, filled(s.input.count(), 7 + step));
        qz::tensor<float> y(s.output);
        qz::qat_forward(m, x.view(), y.view());
        const reference::step& w = want.steps[static_cast<std::size_t>(step)];
        check_close(y.data, w.output, "output");
        check_close(state.observer.min, w.min, "min");
        check_close(state.observer.max, w.max, "max");
        check_close(state.scale, w.scale, "scale");
        if (!s.batch_norm) continue;
        check_close(mean, w.running_mean, "running mean");
        check_close(variance, w.running_var, "running variance");
    }
}

}  // namespace

TEST_CASE("QAT modules compute what PyTorch's compute, in training and in evaluation", "[calibrate]") {
    REQUIRE(std::size(setups) == reference::cases.size());
    for (std::size_t i = 0; i < std::size(setups); ++i) check_module(setups[i], reference::cases[i]);
}

TEST_CASE("QAT modules refuse what has no result, by name", "[calibrate]") {
    const std::vector<float> weight(15, 0.5f), one(3, 1.0f), gamma = {1.0f, 0.0f, 1.0f};
    std::vector<float> mean(3, 0.0f), variance(3, 1.0f);
    qz::trained_batch_norm bn{gamma.data(), one.data(), mean.data(), variance.data(), 3};
    qz::fake_quantize_state state(*fused);
    const qz::qat_module m{linear(), {weight.data(), shape(3, 5)}, one.data(), &bn, false, fused, &state, "head"};
    const qz::tensor<float> x(shape(1, 5));
    qz::tensor<float> y(shape(1, 3));
    CHECK_THROWS_WITH(qz::qat_forward(m, x.view(), y.view()),
                      Catch::Matchers::Contains("head: the weight is scaled by 0.000000 in channel 1"));
    bn.weight = one.data();
    bn.training = true;
    CHECK_THROWS_WITH(qz::qat_forward(m, x.view(), y.view()),
                      Catch::Matchers::Contains("head: a batch norm in training needs more than one value a channel"));
}
