// SPDX-License-Identifier: BSL-1.0
// add and mul on batches against the scalar specification: every rule over all 65,536 pairs of codes, then shapes with
// strides, halos and broadcasting.
#include <quantype/kernel/scalar/elementwise.hpp>
#include <quantype/kernel/simd/elementwise.hpp>

#include "simd/support.hpp"

namespace {

using namespace simd_test;

struct qparams {
    qz::binary_scales scales;
    qz::binary_codes codes;
};

template <k::elementwise_config Config, class Rule, class A, class B, class Out>
void compare(const char* what, const std::vector<A>& a, const std::vector<B>& b, std::size_t count, const qparams& q) {
    const auto made = Rule::make(q.scales);
    if (!made) return;
    std::vector<Out> expected(count, Out{77}), got(count, Out{77});
    k::elementwise_args<A, B, Out, typename Rule::params> args{a.data(),
                                                               b.data(),
                                                               expected.data(),
                                                               made.params,
                                                               q.codes.a_zero_point,
                                                               q.codes.b_zero_point,
                                                               q.codes.output_zero_point,
                                                               q.codes.lo,
                                                               q.codes.hi};
    k::scalar::elementwise<Config, Rule>(args);
    args.output = got.data();
    k::simd::elementwise<arch, Config, Rule>(args);
    expect_equal(expected, got, what, q.codes.a_zero_point, q.codes.output_zero_point);
}

template <class Code>
void all_pairs() {
    constexpr int lo = k::lowest_code<Code>, hi = k::highest_code<Code>;
    std::vector<Code> a, b;
    for (int i = lo; i <= hi; ++i)
        for (int j = lo; j <= hi; ++j) {
            a.push_back(static_cast<Code>(i));
            b.push_back(static_cast<Code>(j));
        }
    const qparams cases[] = {
        {{0.05, 0.031, 0.07}, {lo + 3, lo + 130, lo + 7, lo, hi}},
        {{0.5, 0.5, 0.5}, {lo, lo, lo, lo, hi}},
        {{1.0, 1.0, 2.0}, {lo + 128, lo + 128, lo + 128, lo, hi}},
        {{0.013, 0.9, 0.004}, {hi, lo, hi, lo, hi}},
        {{0.02, 0.03, 0.1}, {lo + 1, hi, lo + 100, lo + 100, hi}},
        {{1e-3, 3.0, 0.25}, {lo + 9, lo + 7, lo, lo + 5, hi - 5}},
    };
    constexpr k::elementwise_config all = k::elementwise(65536);
    namespace rq = qz::requantize;
    for (const qparams& q : cases) {
        compare<all, qz::add_rule::qnnpack, Code, Code, Code>("add qnnpack", a, b, a.size(), q);
        compare<all, qz::add_rule::float32, Code, Code, Code>("add float32", a, b, a.size(), q);
        compare<all, qz::add_rule::tflite<rq::tflite_double_rounding>, Code, Code, Code>("add tflite double", a, b,
                                                                                         a.size(), q);
        compare<all, qz::add_rule::tflite<rq::tflite_single_rounding>, Code, Code, Code>("add tflite single", a, b,
                                                                                         a.size(), q);
        compare<all, qz::mul_rule::float32, Code, Code, Code>("mul float32", a, b, a.size(), q);
        compare<all, qz::mul_rule::requantized<rq::qnnpack>, Code, Code, Code>("mul qnnpack", a, b, a.size(), q);
        compare<all, qz::mul_rule::requantized<rq::fbgemm>, Code, Code, Code>("mul fbgemm", a, b, a.size(), q);
        compare<all, qz::mul_rule::requantized<rq::onednn>, Code, Code, Code>("mul onednn", a, b, a.size(), q);
        compare<all, qz::mul_rule::requantized<rq::tflite_double_rounding>, Code, Code, Code>("mul tflite double", a, b,
                                                                                              a.size(), q);
        compare<all, qz::mul_rule::requantized<rq::tflite_single_rounding>, Code, Code, Code>("mul tflite single", a, b,
                                                                                              a.size(), q);
    }
}

constexpr k::elementwise_config broadcast(int a0, int a1, int a2, int b0, int b1, int b2) {
    const int a[3] = {a0, a1, a2}, b[3] = {b0, b1, b2};
    return k::elementwise_broadcast(a, 3, b, 3);
}
constexpr k::image_layout haloed{3, 4, 5, {1, 1, 1, 2}};
constexpr k::image_layout plain{3, 4, 5};
constexpr k::image_layout slice{3, 4, 5, {}, 9};

template <k::elementwise_config Config>
void shape() {
    numbers rng(7);
    const std::size_t room = 4096;
    const auto a = codes<std::uint8_t>(room, data::random, rng);
    const auto b = codes<std::uint8_t>(room, data::random, rng);
    const qparams q{{0.05, 0.031, 0.07}, {3, 130, 7, 0, 255}};
    compare<Config, qz::add_rule::qnnpack, std::uint8_t, std::uint8_t, std::uint8_t>("shape add", a, b, room, q);
    compare<Config, qz::mul_rule::float32, std::uint8_t, std::uint8_t, std::uint8_t>("shape mul", a, b, room, q);
}

}  // namespace

int main() {
    all_pairs<std::uint8_t>();
    all_pairs<std::int8_t>();
    shape<k::elementwise(1)>();
    shape<k::elementwise(3)>();
    shape<k::elementwise(17)>();
    shape<k::elementwise(64)>();
    shape<k::elementwise(131)>();
    shape<k::elementwise(2, plain, plain, plain)>();
    shape<k::elementwise(2, haloed, plain, haloed)>();
    shape<k::elementwise(1, plain, slice, haloed)>();
    shape<broadcast(2, 3, 17, 2, 1, 17)>();
    shape<broadcast(2, 3, 17, 2, 3, 1)>();
    shape<broadcast(1, 1, 1, 3, 5, 70)>();
    shape<broadcast(4, 5, 1, 1, 1, 33)>();
    return finish("elementwise");
}
