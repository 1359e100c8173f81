// SPDX-License-Identifier: BSL-1.0
// Which multiplication each layer uses, and what allows the faster one. See docs/kernels.md.
// QUANTYPE_X86_FLAGS: -msse4.1
#include <cstdio>
#include <quantype/backend/x86.hpp>
#include <quantype/desk.hpp>
#include <quantype/qconfig/default_mappings.hpp>
#include <quantype/run/simd_kernels.hpp>

namespace qz = quantype;
namespace nn = qz::nn;

struct net {
    using inputs = qz::inputs<qz::f32<1, 3, 8, 8>>;
    nn::conv2d<3, 8, 3, nn::padding<1>> first;
    nn::relu6 relu6;
    nn::conv2d<8, 8, 3, nn::padding<1>> second;
    nn::hardswish hardswish;
    nn::linear<512, 5> fc;
    QUANTYPE_MODULES(first, relu6, second, hardswish, fc)
    constexpr auto forward(auto x) const { return fc(qz::flatten(hardswish(second(relu6(first(x)))), 1)); }
};

/// PyTorch's x86 table; but codes stay in the range that the QConfig asks for, 0..127.
struct clamping_x86 : qz::backends::x86 {
    static constexpr bool clamp_codes_to_qconfig = true;
};
/// Activations as the x86 mapping has them; weights of 7 bits.
struct narrow_weights {
    static constexpr auto value = qz::qconfig_mapping().set_global(
        qz::qconfig{qz::histogram_observer().reduce_range(true),
                    qz::default_per_channel_weight_observer.quant_min(-64).quant_max(63)});
};

/// Numbers between -1 and 1.
qz::tensor<float> numbers(const qz::shape& extents) {
    static std::uint32_t state = 1;
    qz::tensor<float> t(extents);
    for (float& v : t.data) v = static_cast<float>((state = state * 1664525U + 1013904223U) >> 8U) / 8388608.0f - 1.0f;
    return t;
}

template <class Backend, class Mapping, class Kernels>
void show(const char* title, const qz::tensor_map& weights, const qz::tensor<float>& x) {
    auto prepared = qz::prepare<net, Backend, Mapping>(weights);
    prepared(x);
    const auto model = qz::convert(prepared);            // the specification: scalar kernels
    const auto packed = model.template with<Kernels>();  // the same bits
    std::printf("%s (%s)\n%s\n", title, model(x)[0].data == packed(x)[0].data ? "same bits" : "DIFFERENT BITS",
                qz::explain_products(packed).c_str());
}

int main() {
    using vectors = qz::simd_kernels<>;
    using proven = qz::simd_kernels<qz::kernel::simd::default_arch, qz::kernel::simd::proven_products>;
    qz::tensor_map weights;
    for (const auto& [name, extents] : {std::pair{"first.weight", qz::shape(8, 3, 3, 3)},
                                        {"first.bias", qz::shape(8)},
                                        {"second.weight", qz::shape(8, 8, 3, 3)},
                                        {"second.bias", qz::shape(8)},
                                        {"fc.weight", qz::shape(5, 512)},
                                        {"fc.bias", qz::shape(5)}})
        weights[name] = qz::to_any_tensor(numbers(extents));
    const qz::tensor<float> x = numbers(qz::shape(1, 3, 8, 8));

    show<qz::backends::x86, qz::default_x86_mapping, vectors>("as PyTorch", weights, x);
    show<clamping_x86, qz::default_x86_mapping, vectors>("codes clamped to the QConfig's range", weights, x);
    show<qz::backends::x86, narrow_weights, proven>("weights of 7 bits", weights, x);
}
