// SPDX-License-Identifier: BSL-1.0
// Sums of pairs in 16 bits in whole models: allowed by a backend that clamps codes to the QConfig's range, or by the
// weights; said by explain_products; off otherwise. Same values as with the scalar kernels in every case, and as
// without the clamp where no code leaves the range.
#include <quantype/backend/x86.hpp>
#include <quantype/desk.hpp>
#include <quantype/run/simd_kernels.hpp>

#include "simd/support.hpp"
#include "support/uniform.hpp"

namespace {

using namespace simd_test;
namespace nn = qz::nn;
using simd = qz::simd_kernels<>;
using proven = qz::simd_kernels<arch, k::simd::proven_products>;

struct net {
    using inputs = qz::inputs<qz::f32<1, 3, 8, 8>>;
    nn::conv2d<3, 8, 3, nn::padding<1>> first;
    nn::relu relu;
    nn::max_pool2d<2> pool;
    nn::conv2d<8, 8, 3, nn::padding<1>> second;
    nn::hardswish hardswish;
    nn::linear<128, 5> fc;
    QUANTYPE_MODULES(first, relu, pool, second, hardswish, fc)
    constexpr auto forward(auto x) const { return fc(qz::flatten(hardswish(second(pool(relu(first(x))))), 1)); }
};
struct clamping_x86 : qz::backends::x86 {
    static constexpr bool clamp_codes_to_qconfig = true;
};
/// Codes 0..127 from ranges that hold all that was seen.
struct reduced {
    static constexpr auto value = qz::qconfig_mapping().set_global(
        qz::qconfig{qz::min_max_observer().reduce_range(true), qz::default_per_channel_weight_observer});
};
/// Weights of 7 bits: every pair fits.
struct narrow_weights {
    static constexpr auto value = qz::qconfig_mapping().set_global(
        qz::qconfig{qz::histogram_observer(), qz::min_max_observer()
                                                  .dtype(qz::dtype::qint8)
                                                  .qscheme(qz::qscheme::per_tensor_symmetric)
                                                  .quant_min(-64)
                                                  .quant_max(63)});
};

const qz::tensor_map& weights() {
    static qz::tensor_map w;
    if (!w.empty()) return w;
    add_uniform(w, "first.weight", qz::shape(8, 3, 3, 3), 0.3f);
    add_uniform(w, "first.bias", qz::shape(8), 0.2f);
    add_uniform(w, "second.weight", qz::shape(8, 8, 3, 3), 0.3f);
    add_uniform(w, "second.bias", qz::shape(8), 0.2f);
    add_uniform(w, "fc.weight", qz::shape(5, 128), 0.3f);
    add_uniform(w, "fc.bias", qz::shape(5), 0.2f);
    return w;
}
qz::tensor<float> image(float reach) {
    qz::tensor_map x;
    add_uniform(x, "x", qz::shape(1, 3, 8, 8), reach);
    return qz::values_of<float>(x.at("x"));
}
template <class Backend, class Mapping>
auto calibrated(const qz::tensor<float>& x) {
    auto prepared = qz::prepare<net, Backend, Mapping>(weights());
    prepared(x);
    return qz::convert(prepared);
}

int failed = 0;
void expect(bool good, const char* what) {
    if (good) return;
    std::printf("FAILED: %s\n", what);
    ++failed;
}

template <class Model>
std::vector<float> run(const Model& m, const qz::tensor<float>& x) {
    return m(x)[0].data;
}

}  // namespace

int main() {
    const qz::tensor<float> seen = image(1.0f), larger = image(4.0f);
    qz::tensor<float> smaller = seen;
    for (float& v : smaller.data) v *= 0.5f;
    const auto plain = calibrated<qz::backends::x86, reduced>(seen);
    const auto clamped = calibrated<clamping_x86, reduced>(seen);
    expect_equal(run(plain, smaller), run(clamped, smaller), "in range, the clamp changes nothing");
    expect(run(plain, larger) != run(clamped, larger), "out of range, codes are clamped");
    expect_equal(run(clamped, smaller), run(clamped.with<simd>(), smaller), "clamped, in range");
    expect_equal(run(clamped, larger), run(clamped.with<simd>(), larger), "clamped, out of range");
    expect_equal(run(plain, larger), run(plain.with<simd>(), larger), "not clamped: exact");

    const std::string all = qz::explain_products(clamped.with<simd>());
    std::printf("%s", all.c_str());
    constexpr bool pairs = k::simd::detail::has_byte_pairs<arch>;  // otherwise every product is exact for all codes
    expect(!pairs || (all.find("first  conv  pairs in 16 bits: the input's codes are clamped to 0..127\n") !=
                          std::string::npos &&
                      all.find("second  conv  pairs in 16 bits: the input's codes are clamped to 0..127\n") !=
                          std::string::npos),
           "convolutions in pairs");
    // A lookup writes codes as its table has them: nothing bounds them.
    expect(all.find("fc  linear  exact for all codes\n") != std::string::npos, "behind the hardswish: exact");
    expect(qz::explain_products(plain.with<simd>()).find("pairs") == std::string::npos, "without the policy: exact");

    const auto narrow = calibrated<qz::backends::x86, narrow_weights>(seen);
    expect_equal(run(narrow, larger), run(narrow.with<proven>(), larger), "7-bit weights");
    const std::string by_weights = qz::explain_products(narrow.with<proven>());
    std::printf("%s", by_weights.c_str());
    expect(!pairs || (by_weights.find("exact for all codes\n") == std::string::npos &&
                      by_weights.find("fc  linear  pairs in 16 bits for 1 of 1 blocks") != std::string::npos),
           "proven by the weights");
    expect_equal(run(plain, larger), run(plain.with<proven>(), larger), "8-bit weights");
    std::printf("%s", qz::explain_products(plain.with<proven>()).c_str());

    expect(qz::explain<net, clamping_x86, reduced>().find("clamped to the QConfig's quant range") != std::string::npos,
           "explain says so");
    expect(qz::explain<net, qz::backends::x86, reduced>().find("clamped") == std::string::npos,
           "and only where it is so");
    expect(qz::model_hash<net, clamping_x86, reduced> != qz::model_hash<net, qz::backends::x86, reduced>,
           "other models have other hashes");
    return finish("proven_models") | (failed != 0);
}
