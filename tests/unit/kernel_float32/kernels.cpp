// SPDX-License-Identifier: BSL-1.0
// The float32 kernels: small cases in constant expressions, and convolutions against the definition written out.
#include <quantype/kernel/float32/evaluate.hpp>
#include <quantype/kernel/float32/fold.hpp>
#include <quantype/model/infer.hpp>
#include <quantype/model/nn/activations.hpp>
#include <quantype/model/nn/layers.hpp>

#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "support/catch.hpp"
#include "support/subnormals.hpp"

namespace {

namespace nn = quantype::nn;
namespace f32 = quantype::kernel::float32;
using quantype::attributes;
using quantype::op_code;
using quantype::shape;
using view = quantype::tensor_view<const float>;

constexpr float inf = std::numeric_limits<float>::infinity();

constexpr shape shape_after(const attributes& a, shape x) {
    const quantype::op_info op{"", quantype::node_kind::call_module, a.code};
    return quantype::infer(op, a, &x, 1).out;
}

/// The op's output, which must have N values.
template <std::size_t N, std::size_t M>
constexpr std::array<float, N> apply(const attributes& a, shape s, const std::array<float, M>& x,
                                     const float* const* parameters = nullptr) {
    std::array<float, N> y{};
    const view in{x.data(), s};
    const shape out = shape_after(a, s);
    if (out.count() != static_cast<int>(N) || s.count() != static_cast<int>(M)) return y;
    if (!f32::evaluate(a, &in, 1, parameters, {y.data(), out})) y.fill(inf);
    return y;
}
template <class Module, std::size_t N, std::size_t M>
constexpr bool gives(shape s, const std::array<float, M>& x, const std::array<float, N>& want) {
    return apply<N>(Module::attrs(), s, x) == want;
}
template <std::size_t N>
constexpr std::array<float, N> list(const float (&v)[N]) {
    std::array<float, N> a{};
    for (std::size_t i = 0; i < N; ++i) a[i] = v[i];
    return a;
}

constexpr std::array<float, 9> image = list({1, 2, 3, 4, 5, 6, 7, 8, 9});
constexpr std::array<float, 4> values = list({-4, -1, 2, 8});

static_assert(gives<nn::relu>(shape(4), values, list({0, 0, 2, 8})));
static_assert(gives<nn::relu6>(shape(4), values, list({0, 0, 2, 6})));
static_assert(gives<nn::hardsigmoid>(shape(4), values, list({0, 2.0F / 6, 5.0F / 6, 1})));
static_assert(gives<nn::hardswish>(shape(4), values, list({0, -2.0F / 6, 10.0F / 6, 8})));
static_assert(gives<nn::identity>(shape(4), values, values) && gives<nn::dropout<>>(shape(4), values, values));
static_assert(gives<nn::flatten<>>(shape(1, 2, 2), values, values));
static_assert(gives<nn::softmax<>>(shape(2, 2), list({1, 1, 5, 5}), list({0.5F, 0.5F, 0.5F, 0.5F})));
static_assert(gives<nn::softmax<0>>(shape(2, 2), list({0, 3, 200, 3}), list({0, 0.5F, 1, 0.5F})));
static_assert(gives<nn::softmax<>>(shape(1, 2), list({-inf, 0}), list({0, 1})));

// Pools. Padding never wins a maximum; divisors are PyTorch's.
static_assert(gives<nn::max_pool2d<2, nn::stride<1>>>(shape(1, 1, 3, 3), image, list({5, 6, 8, 9})));
static_assert(gives<nn::max_pool2d<2, nn::padding<1>>>(shape(1, 1, 2, 2), list({-1, -2, -3, -4}),
                                                       list({-1, -2, -3, -4})));
static_assert(gives<nn::max_pool2d<2, nn::ceil_mode>>(shape(1, 1, 3, 3), image, list({5, 6, 8, 9})));
static_assert(gives<nn::max_pool2d<2, nn::dilation<2>, nn::stride<1>>>(shape(1, 1, 3, 3), image, list({9})));
static_assert(gives<nn::avg_pool2d<2, nn::ceil_mode>>(shape(1, 1, 3, 3), image, list({3, 4.5F, 7.5F, 9})));
static_assert(gives<nn::avg_pool2d<2, nn::padding<1>>>(shape(1, 1, 2, 2), values, list({-1, -0.25F, 0.5F, 2})));
static_assert(gives<nn::avg_pool2d<2, nn::padding<1>, nn::exclude_pad>>(shape(1, 1, 2, 2), values, values));
static_assert(gives<nn::avg_pool2d<2, nn::padding<1>, nn::divisor_override<2>>>(shape(1, 1, 2, 2), values,
                                                                                list({-2, -0.5F, 1, 4})));
static_assert(gives<nn::adaptive_avg_pool2d<2>>(shape(1, 1, 3, 3), image, list({3, 4, 6, 7})));
static_assert(gives<nn::adaptive_avg_pool2d<1>>(shape(1, 1, 3, 3), image, list({5})));

static_assert(gives<nn::pad<1, 0, 0, 1>>(shape(1, 1, 2, 2), values, list({0, -4, -1, 0, 2, 8, 0, 0, 0})));
static_assert(gives<nn::pad<-1, 0>>(shape(2, 2), values, list({-1, 8})));

constexpr std::array<float, 2> linear_twice() {
    constexpr float weight[] = {1, 2, 3, 4}, bias[] = {10, -10};
    const float* const p[] = {weight, bias};
    return apply<2>(nn::linear<2, 2>::attrs(), shape(2), list({1, -1}), p);
}
static_assert(linear_twice() == list({9, -11}));

constexpr std::array<float, 4> conv_asymmetric() {
    constexpr float weight[] = {1, 10, 100, 1000}, bias[] = {0.5F};
    const float* const p[] = {weight, bias};
    return apply<4>(nn::conv2d<1, 1, 2, nn::padding<0, 1, 0, 1>>::attrs(), shape(1, 1, 2, 2), list({1, 2, 3, 4}), p);
}
static_assert(conv_asymmetric() == list({4321.5F, 402.5F, 43.5F, 4.5F}));

constexpr std::array<float, 4> normalized() {
    constexpr float weight[] = {2, 1}, bias[] = {1, 0}, mean[] = {1, 0}, var[] = {4, 1};
    const float* const p[] = {weight, bias, mean, var};
    attributes a = nn::batch_norm1d<2>::attrs();
    a.scalar = 0;
    return apply<4>(a, shape(2, 2), list({3, 5, 1, -1}), p);
}
static_assert(normalized() == list({3, 5, 1, -1}));

constexpr std::array<float, 6> two_inputs(op_code code, shape a, shape b, shape y) {
    constexpr float p[] = {1, 2, 3, 4, 5, 6}, q[] = {10, 20, 30, 40, 50, 60};
    const view in[] = {{p, a}, {q, b}};
    attributes at;
    at.code = code;
    at.axis_count = 1;
    at.axes[0] = -1;
    std::array<float, 6> out{};
    if (!f32::evaluate(at, in, 2, nullptr, {out.data(), y})) out.fill(inf);
    return out;
}
static_assert(two_inputs(op_code::add, shape(2, 3), shape(3), shape(2, 3)) == list({11, 22, 33, 14, 25, 36}));
static_assert(two_inputs(op_code::add, shape(2, 3), shape(2, 1), shape(2, 3)) == list({11, 12, 13, 24, 25, 26}));
static_assert(two_inputs(op_code::mul, shape(1, 3), shape(2, 1), shape(2, 3)) == list({10, 20, 30, 20, 40, 60}));
static_assert(two_inputs(op_code::cat, shape(2, 1), shape(2, 2), shape(2, 3)) == list({1, 10, 20, 2, 30, 40}));
static_assert(two_inputs(op_code::matmul, shape(3, 1), shape(1, 2), shape(3, 2)) == list({10, 20, 20, 40, 30, 60}));
static_assert(two_inputs(op_code::matmul, shape(3, 1, 2), shape(1, 2, 2), shape(3, 1, 2)) ==
              list({70, 100, 150, 220, 230, 340}));

constexpr float scalar_op(op_code code, float x, double k) {
    attributes a;
    a.code = code;
    a.has_scalar = true;
    a.scalar = k;
    return apply<1>(a, shape(1), std::array<float, 1>{x})[0];
}
static_assert(scalar_op(op_code::add, 1, 3) == 4 && scalar_op(op_code::mul, 3, 0.1) == 3 * 0.1F);

constexpr std::array<float, 2> means(int axis, bool keep) {
    attributes a;
    a.code = op_code::mean;
    a.axes[0] = axis;
    a.axis_count = 1;
    a.keepdim = keep;
    return apply<2>(a, shape(2, 2), values);
}
static_assert(means(-1, false) == list({-2.5F, 5}) && means(0, true) == list({-1, 3.5F}));

// Unknown ops and missing operands are refused.
constexpr bool refused(op_code code, int count) {
    attributes a;
    a.code = code;
    float x = 1, y = 0;
    const view in{&x, shape(1)};
    return !f32::evaluate(a, &in, count, nullptr, {&y, shape(1)});
}
static_assert(refused(op_code::custom, 1) && refused(op_code::quantize, 1) && refused(op_code::none, 1));
static_assert(refused(op_code::add, 1) && refused(op_code::matmul, 1) && refused(op_code::conv, 1));
static_assert(refused(op_code::batch_norm, 1) && refused(op_code::relu, 0));

struct random_floats {
    std::mt19937 engine{7};
    std::vector<float> operator()(std::int64_t n) {
        std::uniform_real_distribution<float> d(-2, 2);
        std::vector<float> v(static_cast<std::size_t>(n));
        for (float& x : v) x = d(engine);
        return v;
    }
    int upto(int n) { return static_cast<int>(engine() % static_cast<unsigned>(n + 1)); }
};

// Definition of the convolution at one output, in the kernel's order of summation.
float conv_at(const attributes& a, const std::vector<float>& x, const shape& xs, const std::vector<float>& w,
              double bias, int n, int o, const int* at) {
    const quantype::window& g = a.geometry;
    double sum = bias;
    const int channels = a.in / a.groups;
    int extent[3] = {1, 1, 1}, taps[3] = {1, 1, 1};
    for (int i = 0; i < g.rank; ++i) {
        extent[i] = xs[2 + i];
        taps[i] = g.kernel[i];
    }
    for (int c = 0; c < channels; ++c)
        for (int i = 0; i < taps[0]; ++i)
            for (int j = 0; j < taps[1]; ++j)
                for (int k = 0; k < taps[2]; ++k) {
                    const int tap[3] = {i, j, k};
                    std::int64_t from = static_cast<std::int64_t>(n) * a.in + o / (a.out / a.groups) * channels + c;
                    std::int64_t weight = static_cast<std::int64_t>(o) * channels + c;
                    bool inside = true;
                    for (int d = 0; d < 3; ++d) {
                        const int p = at[d] * g.stride[d] - g.pad_before[d] + tap[d] * g.dilation[d];
                        inside = inside && p >= 0 && p < extent[d];
                        from = from * extent[d] + p;
                        weight = weight * taps[d] + tap[d];
                    }
                    if (inside)
                        sum += static_cast<double>(x[static_cast<std::size_t>(from)]) *
                               static_cast<double>(w[static_cast<std::size_t>(weight)]);
                }
    return static_cast<float>(sum);
}

}  // namespace

TEST_CASE("kernel/float32: convolutions of any rank equal the definition bit for bit", "[float32]") {
    random_floats random;
    for (int round = 0; round < 400; ++round) {
        attributes a;
        a.code = op_code::conv;
        a.geometry.rank = 1 + round % 3;
        a.groups = 1 + random.upto(2);
        a.in = a.groups * (1 + random.upto(2));
        a.out = a.groups * (1 + random.upto(2));
        a.bias = random.upto(1) == 1;
        shape xs(1 + random.upto(1), a.in), ws(a.out, a.in / a.groups);
        for (int i = 0; i < a.geometry.rank; ++i) {
            a.geometry.kernel[i] = 1 + random.upto(3);
            a.geometry.stride[i] = 1 + random.upto(2);
            a.geometry.dilation[i] = 1 + random.upto(2);
            a.geometry.pad_before[i] = random.upto(4);
            a.geometry.pad_after[i] = random.upto(4);
            if (round % 5 == 0) a.geometry = {a.geometry.rank};  // 1x1
            const int most = i == a.geometry.rank - 1 && round % 4 == 0 ? 150 : 7;
            xs.dims[xs.rank++] = 1 + random.upto(most);
            ws.dims[ws.rank++] = a.geometry.kernel[i];
        }
        for (int i = 0; i < a.geometry.rank; ++i) ws.dims[2 + i] = a.geometry.kernel[i];
        const shape ys = shape_after(a, xs);
        if (ys.rank == 0) continue;
        const auto x = random(xs.count()), w = random(ws.count()), b = random(a.out);
        std::vector<float> y(static_cast<std::size_t>(ys.count()));
        const float* const p[] = {w.data(), b.data()};
        const view in{x.data(), xs};
        REQUIRE(f32::evaluate(a, &in, 1, p, {y.data(), ys}));
        for (std::int64_t i = 0; i < ys.count(); ++i) {
            int at[3] = {0, 0, 0};
            std::int64_t rest = i;
            for (int d = a.geometry.rank - 1; d >= 0; --d) {
                at[d] = static_cast<int>(rest % ys[2 + d]);
                rest /= ys[2 + d];
            }
            const int o = static_cast<int>(rest % a.out), n = static_cast<int>(rest / a.out);
            const double bias = a.bias ? static_cast<double>(b[static_cast<std::size_t>(o)]) : 0.0;
            REQUIRE(y[static_cast<std::size_t>(i)] == conv_at(a, x, xs, w, bias, n, o, at));
        }
    }
}

TEST_CASE("kernel/float32: linear and matmul agree with sums in any order", "[float32]") {
    random_floats random;
    for (int n : {1, 7, 8, 9, 64, 300}) {
        const auto x = random(n), w = random(n * 5);
        const view in[] = {{x.data(), shape(1, n)}, {w.data(), shape(5, n)}};
        attributes a;
        a.code = op_code::linear;
        a.in = n;
        a.out = 5;
        std::array<float, 5> y{};
        REQUIRE(f32::evaluate(a, in, 2, nullptr, {y.data(), shape(1, 5)}));
        for (std::size_t o = 0; o < 5; ++o) {
            long double sum = 0;
            for (std::size_t i = static_cast<std::size_t>(n); i-- > 0;)
                sum +=
                    static_cast<long double>(x[i]) * static_cast<long double>(w[o * static_cast<std::size_t>(n) + i]);
            CHECK(std::fabs(static_cast<double>(sum - static_cast<long double>(y[o]))) <=
                  std::fabs(1e-7 * static_cast<double>(sum)) + 1e-14);
        }
    }
}

TEST_CASE("kernel/float32: fused multiply-add rounds once", "[float32]") {
    std::mt19937 engine{3};
    const auto any = [&engine](int least) {
        const double m = static_cast<double>(engine() % 16777216U) + 16777216.0;
        const int e = least + static_cast<int>(engine() % 50U);
        return static_cast<float>(std::ldexp(engine() % 2 ? m : -m, e));
    };
    float (*volatile fused)(float, float, float) = ::fmaf;  // clang makes a call a product and a sum under -ffast-math
    for (int i = 0; i < 200000; ++i) {
        const int low = i % 8 == 0 && subnormals_are_kept() ? -90 : -50;  // also subnormal results
        const float a = any(low), b = any(low);
        const float c = i % 3 ? any(2 * low + 24) : -std::fabs(a * b) * (1 + 0x1p-23F);
        REQUIRE(f32::detail::fused_multiply_add(a, b, c) == fused(a, b, c));
    }
    CHECK(f32::detail::fused_multiply_add(1 + 0x1p-12F, 1 + 0x1p-12F, 0x1p-70F) == 1 + 0x1p-11F + 0x1p-23F);
    const float infinite = f32::detail::fused_multiply_add(inf, 1.0F, 2.0F);
    CHECK(std::bit_cast<std::uint32_t>(infinite) == std::bit_cast<std::uint32_t>(inf));
}

#if !defined(__FAST_MATH__)
TEST_CASE("kernel/float32: NaN passes through", "[float32]") {
    const std::array<float, 4> x = {1, std::numeric_limits<float>::quiet_NaN(), 2, -1};
    for (op_code code : {op_code::relu, op_code::relu6, op_code::hardswish, op_code::hardsigmoid, op_code::sigmoid,
                         op_code::tanh, op_code::sin}) {
        attributes a;
        a.code = code;
        const auto y = apply<4>(a, shape(4), x);
        CHECK((!std::isnan(y[0]) && std::isnan(y[1])));
    }
    CHECK(std::isnan(apply<1>(nn::max_pool2d<2>::attrs(), shape(1, 1, 2, 2), x)[0]));
    CHECK(std::isnan(apply<4>(nn::softmax<>::attrs(), shape(4), x)[0]));
}
#endif
