// SPDX-License-Identifier: BSL-1.0
// The fused ops that PyTorch's onednn engine runs, against oneDNN itself: convolution with sum (and relu), linear with
// relu, leaky relu and tanh. oneDNN gets what PyTorch gives it. Its 2.x scales the accumulator and has no scale of the
// output, so bias and output scale are post-ops here, in the order of the formula.
#include <cstdio>
#include <cstdlib>
#include <oneapi/dnnl/dnnl.hpp>
#include <string>
#include <vector>

#include <quantype/kernel/scalar/conv2d_add.hpp>
#include <quantype/kernel/scalar/linear.hpp>
#include <quantype/numerics/requantize_activation.hpp>

namespace {

namespace qz = quantype;
namespace k = qz::kernel;
using dims = dnnl::memory::dims;
using type = dnnl::memory::data_type;
using tag = dnnl::memory::format_tag;

struct numbers {
    std::uint32_t state;
    int between(int lo, int hi) {
        state = state * 1664525U + 1013904223U;
        return lo + static_cast<int>((state >> 8U) % static_cast<std::uint32_t>(hi - lo + 1));
    }
    float real(float lo, float hi) { return lo + (hi - lo) * static_cast<float>(between(0, 65536)) / 65536.0f; }
    template <class Code>
    std::vector<Code> codes(int count, int lo, int hi) {
        std::vector<Code> v(static_cast<std::size_t>(count));
        for (Code& c : v) c = static_cast<Code>(between(lo, hi));
        return v;
    }
};

/// Scales and biases of the output channels, as both sides need them.
struct channels {
    std::vector<float> scale{};  ///< f32(sw) * f32(sx)
    std::vector<float> bias{};
    std::vector<qz::requantize::onednn::params> params{};
    float inverse = 1.0f;

    channels(int count, int depth, double output, numbers& next) {
        const double input = 0.031;
        for (int c = 0; c < count; ++c) {
            const auto weight = static_cast<double>(next.real(0.5f, 3.0f)) / static_cast<double>(depth);
            bias.push_back(next.real(-4.0f, 4.0f));
            params.push_back(qz::requantize::onednn::make({input, weight, output, bias.back()}).params);
            scale.push_back(params.back().scale);
            inverse = params.back().inverse_output_scale;
        }
    }
};

/// The engine and a stream of it; memory over the caller's buffers.
struct device {
    dnnl::engine engine{dnnl::engine::kind::cpu, 0};
    dnnl::stream stream{engine};

    template <class T>
    dnnl::memory over(std::vector<T>& values, const dims& d, type t, tag f) {
        return {{d, t, f}, engine, values.data()};
    }
};

struct difference {
    std::string kernel{};
    int compared = 0;
    int differ = 0;
    int largest = 0;
    void add(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b) {
        for (std::size_t i = 0; i < a.size(); ++i, ++compared) {
            const int d = std::abs(int{a[i]} - int{b[i]});
            differ += d != 0;
            largest = d > largest ? d : largest;
        }
    }
};
int failures = 0;
/// oneDNN's plain kernel computes the formula step by step; generated ones may fuse two steps, and approximate tanh.
void report(const char* what, const difference& d) {
    const bool plain = d.kernel.rfind("ref", 0) == 0;
    const bool good =
        plain && std::string(what) != "linear + tanh" ? d.differ == 0 : d.largest <= 1 && d.differ * 50 <= d.compared;
    std::printf("oneDNN %d.%d.%d, %s, kernel %s: %d of %d codes differ, by %d at most%s\n", dnnl_version()->major,
                dnnl_version()->minor, dnnl_version()->patch, what, d.kernel.c_str(), d.differ, d.compared, d.largest,
                good ? "" : " FAILED");
    failures += good ? 0 : 1;
}

dnnl::primitive_attr attributes_of(const channels& c, dnnl::post_ops& ops) {
    ops.append_eltwise(1.0f, dnnl::algorithm::eltwise_linear, c.inverse, 0.0f);
    dnnl::primitive_attr attr;
    attr.set_output_scales(1 << 1, c.scale);
    attr.set_zero_points(DNNL_ARG_SRC, 0, {DNNL_RUNTIME_S32_VAL});
    attr.set_zero_points(DNNL_ARG_DST, 0, {DNNL_RUNTIME_S32_VAL});
    attr.set_post_ops(ops);
    return attr;
}
std::unordered_map<int, dnnl::memory> arguments(const dnnl::memory& x, const dnnl::memory& w, const dnnl::memory& y,
                                                const dnnl::memory& bias, const dnnl::memory& input_zero,
                                                const dnnl::memory& output_zero) {
    return {{DNNL_ARG_SRC, x},
            {DNNL_ARG_WEIGHTS, w},
            {DNNL_ARG_DST, y},
            {DNNL_ARG_ATTR_MULTIPLE_POST_OP(0) | DNNL_ARG_SRC_1, bias},
            {DNNL_ARG_ATTR_ZERO_POINTS | DNNL_ARG_SRC, input_zero},
            {DNNL_ARG_ATTR_ZERO_POINTS | DNNL_ARG_DST, output_zero}};
}

/// Weights within +-63: CPUs without VNNI add pairs of products in 16 bits, which saturates beyond.
template <int Channels, int Out, int Size, int Kernel>
void conv_add(difference& d, bool relu, std::uint32_t seed) {
    constexpr int pad = Kernel / 2;
    constexpr k::conv2d_config conv{2, {Size, Size, Channels}, {Size, Size, Out}, Kernel, Kernel, 1, 1, 1,
                                    1, {pad, pad, pad, pad}};
    numbers next{seed};
    device at;
    auto x = next.codes<std::uint8_t>(2 * Size * Size * Channels, 0, 255);
    auto w = next.codes<std::int8_t>(Out * Kernel * Kernel * Channels, -63, 63);  // OHWI
    auto sum = next.codes<std::uint8_t>(2 * Size * Size * Out, 0, 255), expected = sum;
    channels c(Out, conv.depth(), 0.11, next);
    const float addend_scale = next.real(0.02f, 0.09f);
    const int zx = next.between(90, 160), ze = next.between(0, 255), zy = next.between(60, 190);
    std::vector<std::int32_t> zero_x{zx}, zero_y{zy};

    dnnl::post_ops ops;
    const dims channel{1, Out, 1, 1};
    ops.append_binary(dnnl::algorithm::binary_add, {channel, type::f32, tag::nhwc});
    ops.append_sum(addend_scale, ze);
    if (relu) ops.append_eltwise(1.0f, dnnl::algorithm::eltwise_relu, 0.0f, 0.0f);
    const auto attr = attributes_of(c, ops);
    auto mx = at.over(x, {2, Channels, Size, Size}, type::u8, tag::nhwc);
    auto mw = at.over(w, {Out, Channels, Kernel, Kernel}, type::s8, tag::ohwi);
    auto my = at.over(sum, {2, Out, Size, Size}, type::u8, tag::nhwc);
    const dnnl::convolution_forward::primitive_desc pd({dnnl::prop_kind::forward_inference,
                                                        dnnl::algorithm::convolution_direct,
                                                        mx.get_desc(),
                                                        {{Out, Channels, Kernel, Kernel}, type::s8, tag::any},
                                                        my.get_desc(),
                                                        {1, 1},
                                                        {pad, pad},
                                                        {pad, pad}},
                                                       attr, at.engine);
    dnnl::memory packed(pd.weights_desc(), at.engine);
    dnnl::reorder(mw, packed).execute(at.stream, mw, packed);
    dnnl::convolution_forward(pd).execute(
        at.stream, arguments(mx, packed, my, at.over(c.bias, channel, type::f32, tag::nhwc),
                             at.over(zero_x, {1}, type::s32, tag::x), at.over(zero_y, {1}, type::s32, tag::x)));
    at.stream.wait();
    d.kernel = pd.impl_info_str();

    std::vector<std::uint8_t> got(expected.size());
    using rule = qz::conv_add_rule::onednn;
    k::scalar::conv2d_add<k::conv2d_add_config{conv, conv.output}, rule>(
        k::conv2d_add_args<std::uint8_t, std::uint8_t, std::uint8_t, rule>{
            x.data(), w.data(), c.params.data(), expected.data(), got.data(),
            rule::make(static_cast<double>(addend_scale)).params, zx, 0, ze, zy, relu ? zy : 0, 255});
    d.add(got, sum);
}

template <class Policy>
void linear(difference& d, dnnl::algorithm activation, std::uint32_t seed) {
    constexpr k::linear_config config{9, 40, 24};
    constexpr float slope = 0.3f;
    numbers next{seed};
    device at;
    auto x = next.codes<std::uint8_t>(9 * 40, 0, 255);
    auto w = next.codes<std::int8_t>(24 * 40, -63, 63);  // [out][in]
    std::vector<std::uint8_t> y(9 * 24), got(y.size());
    channels c(24, 40, activation == dnnl::algorithm::eltwise_tanh ? 1.0 / 128 : 0.11, next);
    const int zx = next.between(90, 160), zy = next.between(60, 190);
    std::vector<std::int32_t> zero_x{zx}, zero_y{zy};

    dnnl::post_ops ops;
    ops.append_binary(dnnl::algorithm::binary_add, {{1, 24}, type::f32, tag::ab});
    ops.append_eltwise(1.0f, activation, slope, 0.0f);
    const auto attr = attributes_of(c, ops);
    auto mx = at.over(x, {9, 40}, type::u8, tag::ab);
    auto mw = at.over(w, {40, 24}, type::s8, tag::ba);
    auto my = at.over(y, {9, 24}, type::u8, tag::ab);
    const dnnl::matmul::primitive_desc pd({mx.get_desc(), mw.get_desc(), my.get_desc()}, attr, at.engine);
    dnnl::matmul(pd).execute(
        at.stream, arguments(mx, mw, my, at.over(c.bias, {1, 24}, type::f32, tag::ab),
                             at.over(zero_x, {1}, type::s32, tag::x), at.over(zero_y, {1}, type::s32, tag::x)));
    at.stream.wait();
    d.kernel = pd.impl_info_str();

    std::vector<typename Policy::params> params(24);
    for (std::size_t i = 0; i < params.size(); ++i) {
        if constexpr (requires { params[i].slope; })
            params[i] = {c.params[i], slope};
        else
            params[i] = c.params[i];
    }
    k::scalar::linear<config, Policy>(k::linear_args<std::uint8_t, std::uint8_t, typename Policy::params>{
        x.data(), w.data(), params.data(), got.data(), zx, 0, zy, 0, 255});
    d.add(got, y);
}

}  // namespace

int main() {
    difference sum, sum_relu, pointwise, leaky, tanh;
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
        conv_add<16, 32, 9, 3>(sum, false, seed);
        conv_add<8, 24, 7, 3>(sum_relu, true, seed);
        conv_add<32, 16, 8, 1>(pointwise, true, seed);
        linear<qz::requantize::onednn_leaky_relu>(leaky, dnnl::algorithm::eltwise_relu, seed);
        linear<qz::requantize::onednn_tanh>(tanh, dnnl::algorithm::eltwise_tanh, seed);
    }
    report("conv2d + sum", sum);
    report("conv2d + sum + relu", sum_relu);
    report("conv2d 1x1 + sum + relu", pointwise);
    report("linear + leaky relu", leaky);
    report("linear + tanh", tanh);
    return failures;
}
