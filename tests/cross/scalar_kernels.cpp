// SPDX-License-Identifier: BSL-1.0
// The scalar kernels give the same bits on every machine. Each small case is computed twice, by the compiler in a
// constant expression and by the program, and the hashes must agree; larger cases are compared with hashes of an x86-64
// build.
#include <quantype/kernel/scalar/avg_pool2d.hpp>
#include <quantype/kernel/scalar/batch_norm.hpp>
#include <quantype/kernel/scalar/cat.hpp>
#include <quantype/kernel/scalar/conv2d.hpp>
#include <quantype/kernel/scalar/elementwise.hpp>
#include <quantype/kernel/scalar/linear.hpp>
#include <quantype/kernel/scalar/linear_dynamic.hpp>
#include <quantype/kernel/scalar/matmul.hpp>
#include <quantype/kernel/scalar/max_pool2d.hpp>
#include <quantype/kernel/scalar/quantize.hpp>
#include <quantype/kernel/scalar/softmax.hpp>
#include <quantype/kernel/scalar/softmax_q31.hpp>
#include <quantype/kernel/scalar/unary_table.hpp>

#include <cstdint>
#include <cstdio>
#include <string_view>

namespace {

namespace qz = quantype;
namespace k = quantype::kernel;
namespace s = quantype::kernel::scalar;
namespace rq = quantype::requantize;
using u8 = std::uint8_t;
using s8 = std::int8_t;
using hash = std::uint64_t;

class numbers {
public:
    constexpr std::uint32_t next() {
        state_ = state_ * 1664525U + 1013904223U;
        return state_ >> 8U;
    }
    constexpr int between(int lo, int hi) { return lo + static_cast<int>(next() % static_cast<unsigned>(hi - lo + 1)); }
    constexpr float real(float lo, float hi) {
        return qz::exact::add(lo, qz::exact::mul(hi - lo, qz::exact::mul(static_cast<float>(next()), 0x1p-24f)));
    }

private:
    std::uint32_t state_ = 12345;
};

template <class T, int N>
using several = T[static_cast<std::size_t>(N)];

template <class T, std::size_t N>
constexpr void fill(T (&v)[N], numbers& rng) {
    for (T& x : v) x = static_cast<T>(rng.between(k::lowest_code<T>, k::highest_code<T>));
}
template <std::size_t N>
constexpr void fill_reals(float (&v)[N], numbers& rng) {
    for (float& x : v) x = rng.real(-9.0f, 11.0f);
}

/// FNV-1a.
template <class T, std::size_t N>
constexpr hash hash_of(const T (&v)[N]) {
    hash h = 14695981039346656037ULL;
    for (const T& x : v) {
        std::uint32_t bits = 0;
        if constexpr (sizeof(T) == 4)
            bits = std::bit_cast<std::uint32_t>(x);
        else
            bits = static_cast<u8>(x);
        for (unsigned i = 0; i < sizeof(T); ++i) h = (h ^ (bits >> (8 * i) & 255U)) * 1099511628211ULL;
    }
    return h;
}

template <class Policy, int Outputs>
struct channels {
    several<typename Policy::params, Outputs> all{};
    constexpr channels(int depth, numbers& rng) {
        for (auto& p : all) {
            const double weight = static_cast<double>(rng.real(0.2f, 3.0f)) / (40.0 * depth);
            p = Policy::make({0.7, weight, 0.9, rng.real(-60.0f, 60.0f)}).params;
        }
    }
};

template <class Policy, class Code, int Rows, int Depth, int Columns>
constexpr hash linear() {
    numbers rng;
    several<Code, Rows * Depth> x{};
    several<s8, Depth * Columns> w{};
    several<Code, Rows * Columns> y{};
    fill(x, rng);
    fill(w, rng);
    const channels<Policy, Columns> p(Depth, rng);
    s::linear<k::linear_config{Rows, Depth, Columns}, Policy, Code, Code>(
        {x, w, p.all, y, rng.between(0, 100), 0, rng.between(0, 100)});
    return hash_of(y);
}

template <class Policy, int Size, int Channels, int Outputs, int Groups>
constexpr hash conv2d() {
    constexpr k::conv2d_config config = [] {
        k::conv2d_config c{};
        c.input = {Size, Size, Channels};
        c.kernel_height = c.kernel_width = 3;
        c.stride_width = 2;
        c.padding = {1, 1, 1, 0};
        c.groups = Groups;
        c.output = {c.output_height(), c.output_width(), Outputs};
        return c;
    }();
    numbers rng;
    several<u8, config.input.image()> x{};
    several<s8, Outputs * config.depth()> w{};
    several<u8, config.output.image()> y{};
    fill(x, rng);
    fill(w, rng);
    const channels<Policy, Outputs> p(config.depth(), rng);
    s::conv2d<config, Policy, u8, u8>({x, w, p.all, y, 77, 0, 130});
    return hash_of(y);
}

template <class Rule, class Code, int Count>
constexpr hash binary() {
    numbers rng;
    several<Code, Count> a{}, b{}, y{};
    fill(a, rng);
    fill(b, rng);
    s::elementwise<k::elementwise(Count), Rule, Code, Code, Code>(
        {a, b, y, Rule::make({0.05, 0.031, 0.07}).params, 3, 90, 7});
    return hash_of(y);
}

template <int Size, int Channels>
constexpr hash pools() {
    numbers rng;
    several<u8, Size * Size * Channels> x{};
    several<u8, Size / 2 * (Size / 2) * Channels> y{};
    fill(x, rng);
    hash h = 0;
    constexpr k::image_layout in{Size, Size, Channels}, out{Size / 2, Size / 2, Channels};
    s::max_pool2d<k::max_pool2d_config{1, in, out, 2, 2, 2, 2}, u8>({x, y});
    h ^= hash_of(y);
    s::avg_pool2d<k::avg_pool2d_config{1, in, out, 2, 3, 2, 2, {0, 0, 1, 0}}, u8>({x, y, 19});
    h ^= hash_of(y) << 1U;
    s::adaptive_avg_pool2d<k::adaptive_avg_pool2d_config{1, in, out, k::avg_pool_rule::zero_point_then_round}, u8>(
        {x, y, 19});
    return h ^ hash_of(y) << 2U;
}

template <int Count>
constexpr hash borders() {
    numbers rng;
    several<float, Count> x{}, back{};
    several<s8, Count> codes{}, normal{};
    fill_reals(x, rng);
    s::quantize<k::quantize_config{1, {1, 1, Count}}, s8>({x, codes, qz::exact::div(1.0f, 0.0371f), -5});
    s::dequantize<k::quantize_config{1, {1, 1, Count}}, s8>({codes, back, 0.0371f, -5});
    several<k::batch_norm_params, Count> p{};
    for (auto& c : p)
        c = k::make_batch_norm({rng.real(0.1f, 2.0f), 0.3f, 1.0f, rng.real(0.1f, 4.0f)}, 1e-5f, 0.1, 0.07);
    s::batch_norm<k::rows_config{1, Count}, s8, s8>({codes, p, normal, -5, 3});
    return hash_of(codes) ^ hash_of(back) << 1U ^ hash_of(normal) << 2U;
}

template <int Length>
constexpr hash softmaxes() {
    numbers rng;
    several<s8, Length> x{}, y{}, z{};
    fill(x, rng);
    const k::exponential_table table = k::make_exponentials(0.05);
    s::softmax<k::rows_config{1, Length}, s8, s8>({x, y, &table});
    s::softmax_q31<k::rows_config{1, Length}, s8, s8>({x, z, qz::softmax_q31::make_scaling(0.05)});
    return hash_of(y) ^ hash_of(z) << 1U;
}

template <class Function>
constexpr hash table() {
    const auto t = k::make_table<u8, u8>(Function{}, {0.05, 120}, {1.0 / 200.0, 10});
    u8 codes[256] = {};
    for (std::size_t i = 0; i < 256; ++i) codes[i] = t[i];
    return hash_of(codes);
}

template <int Rows, int Depth, int Columns>
constexpr hash dynamic() {
    numbers rng;
    several<float, Rows * Depth> x{};
    several<u8, Rows * Depth> codes{};
    several<s8, Depth * Columns> w{};
    several<float, Columns> scales{}, bias{};
    several<float, Rows * Columns> y{};
    fill_reals(x, rng);
    fill(w, rng);
    fill_reals(bias, rng);
    for (float& v : scales) v = rng.real(0.001f, 0.1f);
    s::linear_dynamic<k::linear_config{Rows, Depth, Columns}>({x, codes, w, scales, bias, y});
    return hash_of(y);
}

int failed = 0;
int cases = 0;

void check(const char* name, hash expected, hash got) {
    ++cases;
    if (expected == got) return;
    ++failed;
    std::printf("FAILED %s: expected 0x%016llx, got 0x%016llx\n", name, static_cast<unsigned long long>(expected),
                static_cast<unsigned long long>(got));
}

std::string_view machine() {
#if defined(__aarch64__)
    return "aarch64";
#elif defined(__riscv) && __riscv_xlen == 64
    return "riscv64";
#elif defined(__x86_64__)
    return "x86_64";
#else
    return "unknown";
#endif
}

}  // namespace

// The compiler's own result against the program's.
#define QUANTYPE_SAME(name, ...)                   \
    do {                                           \
        constexpr hash expected = (__VA_ARGS__)(); \
        check(name, expected, (__VA_ARGS__)());    \
    } while (false)

int main() {
    if (machine() != QUANTYPE_EXPECT_MACHINE) {
        std::printf("FAILED: this is %s, not %s\n", machine().data(), QUANTYPE_EXPECT_MACHINE);
        return 1;
    }
    QUANTYPE_SAME("linear qnnpack", linear<rq::qnnpack, u8, 3, 17, 5>);
    QUANTYPE_SAME("linear onednn", linear<rq::onednn, u8, 3, 17, 5>);
    QUANTYPE_SAME("linear fbgemm", linear<rq::fbgemm, u8, 3, 17, 5>);
    QUANTYPE_SAME("linear tflite double", linear<rq::tflite_double_rounding, s8, 3, 17, 5>);
    QUANTYPE_SAME("linear tflite single", linear<rq::tflite_single_rounding, s8, 3, 17, 5>);
    QUANTYPE_SAME("conv2d", conv2d<rq::qnnpack, 5, 3, 4, 1>);
    QUANTYPE_SAME("depthwise", conv2d<rq::fbgemm, 5, 6, 6, 6>);
    QUANTYPE_SAME("add qnnpack", binary<qz::add_rule::qnnpack, u8, 300>);
    QUANTYPE_SAME("add float32", binary<qz::add_rule::float32, s8, 300>);
    QUANTYPE_SAME("add tflite", binary<qz::add_rule::tflite<rq::tflite_double_rounding>, s8, 300>);
    QUANTYPE_SAME("mul float32", binary<qz::mul_rule::float32, u8, 300>);
    QUANTYPE_SAME("pools", pools<6, 3>);
    QUANTYPE_SAME("quantize, dequantize, batch_norm", borders<200>);
    QUANTYPE_SAME("softmax", softmaxes<40>);
    QUANTYPE_SAME("table of sigmoid", table<k::unary::sigmoid>);
    QUANTYPE_SAME("table of hardswish", table<k::unary::hardswish>);
    QUANTYPE_SAME("table of gelu", table<k::unary::gelu>);
    QUANTYPE_SAME("linear_dynamic", dynamic<2, 33, 5>);
    check("large linear qnnpack", 0xf85cb0baf3eaf28aULL, linear<rq::qnnpack, u8, 16, 300, 100>());
    check("large linear onednn", 0xf85cb0baf3eaf28aULL, linear<rq::onednn, u8, 16, 300, 100>());
    check("large linear tflite", 0xad31a326bbcd7d30ULL, linear<rq::tflite_double_rounding, s8, 16, 300, 100>());
    check("large conv2d", 0x173402fd158f176cULL, conv2d<rq::qnnpack, 20, 16, 32, 1>());
    check("large add qnnpack", 0xbc47bf221eb0b205ULL, binary<qz::add_rule::qnnpack, u8, 65536>());
    check("large mul float32", 0xf6e5915e4655441dULL, binary<qz::mul_rule::float32, s8, 65536>());
    check("large pools", 0xb0af9a98cade4355ULL, pools<30, 17>());
    check("large borders", 0x28e04fe4f1c7f5a5ULL, borders<20000>());
    check("large softmax", 0x3f180dc3ba7216b4ULL, softmaxes<500>());
    check("large linear_dynamic", 0xf852eebbb7ad1295ULL, dynamic<8, 300, 40>());
    std::printf("scalar kernels on %s: %d cases, %d failed\n", QUANTYPE_EXPECT_MACHINE, cases, failed);
    return failed == 0 ? 0 : 1;
}
