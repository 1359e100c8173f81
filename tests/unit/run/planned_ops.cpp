// SPDX-License-Identifier: BSL-1.0
// Ops that the recorded cases do not reach, as parts of whole models: what moves or compares codes must give the
// reference form's values exactly (float kernels between quantize and dequantize), what computes within one step.
#include <cmath>
#include <quantype/backend/native.hpp>
#include <quantype/desk.hpp>
#include <quantype/model/vocabulary/op_lists.hpp>
#include <quantype/qconfig/default_mappings.hpp>

#include "support/catch.hpp"
#include "support/uniform.hpp"
#include "support/vector_kernels.hpp"

namespace {

namespace qz = quantype;
namespace nn = qz::nn;

struct backend : decltype(qz::backends::native::set_engine<qz::engine::qnnpack>()) {};
struct mapping {
    static constexpr auto value =
        qz::default_qnnpack_mapping::value.set_global(qz::qconfig{qz::min_max_observer(), qz::default_weight_observer});
};

struct moves {
    using inputs = qz::inputs<qz::f32<2, 4, 4, 6>>;
    nn::pixel_shuffle<2> shuffle;
    nn::pixel_unshuffle<2> unshuffle;
    QUANTYPE_MODULES(shuffle, unshuffle)
    constexpr auto forward(auto x) const {
        return qz::tuple(x.permute({0, 2, 3, 1}), qz::transpose(x, 1, -1), x.repeat({1, 2, 1, 1}),
                         qz::narrow(x, 1, 1, 2), qz::repeat_interleave(x, 3, 2), shuffle(x), unshuffle(x),
                         qz::stack({x, x}, 1), qz::squeeze(qz::unsqueeze(x, 2), 2),
                         x.unsqueeze_(1).squeeze_(1).resize_({2, x.size(3), 16}));
    }
};
struct pools {
    using inputs = qz::inputs<qz::f32<1, 2, 4, 5, 6>, qz::f32<1, 3, 9>>;
    nn::max_pool3d<2, nn::padding<1>> volume;
    nn::max_pool1d<3, nn::stride<2>> row;
    QUANTYPE_MODULES(volume, row)
    constexpr auto forward(auto x, auto y) const {
        return qz::tuple(volume(x), qz::max_pool3d(x, 3, 1), row(y), qz::call<qz::fn::clamp>(y, -0.3, 0.7),
                         qz::call<qz::method::clamp>(y, -0.25));
    }
};
struct means {
    using inputs = qz::inputs<qz::f32<1, 2, 4, 5, 6>, qz::f32<2, 3, 9>>;
    nn::avg_pool1d<3, nn::stride<2>, nn::padding<1>> row;
    nn::adaptive_avg_pool1d<4> parts;
    nn::adaptive_avg_pool3d<2, 3, 4> volume;
    QUANTYPE_MODULES(row, parts, volume)
    constexpr auto forward(auto x, auto y) const {
        return qz::tuple(row(y), parts(y), volume(x), qz::avg_pool1d(y, 2), qz::mean(y, {0}), qz::mean(x, {1, 2}),
                         y.mean({2}, true));
    }
};
struct products {
    using inputs = qz::inputs<qz::f32<2, 3, 4, 5>, qz::f32<3, 5, 4>, qz::f32<5, 2>, qz::f32<3, 1, 1>>;
    nn::softmax<2> inner;
    nn::softmax<1> channels;
    nn::prelu<3> slopes;
    nn::instance_norm2d<3> norm;
    QUANTYPE_MODULES(inner, channels, slopes, norm)
    constexpr auto forward(auto x, auto y, auto z, auto b) const {
        return qz::tuple(inner(x), channels(x), slopes(x), norm(x), qz::matmul(x, y), qz::matmul(x, z), x * b,
                         qz::layer_norm(x, {4, 5}), qz::instance_norm(x));
    }
};

struct volumes {
    using inputs = qz::inputs<qz::f32<2, 4, 2, 3, 3>>;
    nn::conv_transpose3d<4, 6, 3, nn::stride<2, 1, 2>, nn::padding<1>, nn::output_padding<1, 0, 1>, nn::groups<2>> up;
    nn::conv_transpose3d<6, 3, 2, nn::dilation<2>, nn::no_bias> wide;
    nn::batch_norm3d<3> bn;
    QUANTYPE_MODULES(up, wide, bn)
    constexpr auto forward(auto x) const {
        const auto y = up(x);
        return qz::tuple(y, bn(wide(y)));
    }
};

/// Numbers that no rounding favours, from -1 to 1.
template <class Net>
std::vector<qz::tensor<float>> numbers() {
    std::vector<qz::tensor<float>> r;
    for (const qz::shape& s : Net::inputs::shapes()) {
        r.emplace_back(s);
        float v = 0.37f;
        for (float& f : r.back().data) {
            v = v * 1.7f + 0.61f;
            v -= 2.0f * std::floor((v + 1.0f) / 2.0f);
            f = v;
        }
    }
    return r;
}

/// Largest difference from the reference form, in steps of the output.
template <class Net>
void compare(const qz::tensor_map& weights, double steps) {
    auto prepared = qz::prepare<Net, backend, mapping>(weights);
    const auto x = numbers<Net>();
    prepared(x);
    const auto model = qz::convert(prepared);
    constexpr qz::graph_view reference = qz::stage::reference<Net, backend, mapping>.view();
    const auto values = qz::run_reference(prepared, reference, model.quantized(), x);
    const auto scalar = model(x);
    const auto simd = model.template with<vector_kernels>()(x);
    const auto& plan = qz::stage::plan<Net, backend, mapping>;
    for (int s = 0; s < plan.step_count; ++s) CHECK(plan.steps[s].kind != qz::step_kind::float_op);
    std::size_t k = 0;
    qz::for_each_input(reference, reference.last, [&](const qz::argument& a) {
        INFO("output " << k);
        const auto& want = values[static_cast<std::size_t>(a.value)];
        const int q = qz::first_input(reference, a.value);  // dequantize <- quantize
        const double step =
            static_cast<double>(model.quantized().values[static_cast<std::size_t>(reference[q].observer)].scale);
        REQUIRE(scalar[k].extents == want.extents);
        CHECK(simd[k].data == scalar[k].data);
        double largest = 0;
        for (std::size_t i = 0; i < want.data.size(); ++i)
            largest = std::max(largest, std::abs(static_cast<double>(scalar[k].data[i] - want.data[i])) / step);
        CHECK(largest <= steps + 1e-3);
        ++k;
    });
}

qz::tensor_map volume_weights() {
    qz::tensor_map w;
    add_uniform(w, "up.weight", qz::shape(4, 3, 3, 3, 3), 0.3f);
    add_uniform(w, "up.bias", qz::shape(6), 0.5f);
    add_uniform(w, "wide.weight", qz::shape(6, 3, 2, 2, 2), 0.3f);
    add_uniform(w, "bn.weight", qz::shape(3), 0.5f, 1.0f);
    add_uniform(w, "bn.bias", qz::shape(3), 0.5f);
    add_uniform(w, "bn.running_mean", qz::shape(3), 0.5f);
    add_uniform(w, "bn.running_var", qz::shape(3), 0.5f, 1.0f);
    return w;
}

/// One is 1 or more: below that PyTorch's quantized PReLU saturates (nn/norms.hpp).
qz::tensor_map slopes() {
    const float values[] = {0.25f, 0.5f, 1.5f};
    qz::any_tensor t{qz::float32, qz::shape(3), {}};
    t.bytes.resize(sizeof values);
    std::memcpy(t.bytes.data(), values, sizeof values);
    return {{"slopes.weight", t}};
}

}  // namespace

TEST_CASE("ops that move codes give the reference form's values") {
    compare<moves>({}, 0);
    compare<pools>({}, 0);
}

TEST_CASE("ops that compute stay within one step of the reference form") {
    compare<means>({}, 1);
    compare<products>(slopes(), 1);
    compare<volumes>(volume_weights(), 1);
}
