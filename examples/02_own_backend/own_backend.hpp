// SPDX-License-Identifier: BSL-1.0
// A backend of one's own in one pattern, and a model for it.
#pragma once
#include <quantype/quantype.hpp>

namespace qz = quantype;
namespace nn = qz::nn;

// What the int8 linear kernel of this device takes: activations of 0..255, scales of at least 2^-12.
struct int8_linear : qz::dtype_config {
    static constexpr auto input_dtype = qz::dtype_with_constraints(qz::quint8).quant_range(0, 255).scale_min(0x1p-12);
    static constexpr auto output_dtype = input_dtype;
    static constexpr qz::dtype_with_constraints weight_dtype = qz::qint8;
};
struct my_device : decltype(qz::backend_config<"my_device">().set_backend_pattern_config(
                       qz::backend_pattern_config(qz::pattern<nn::linear<>>)
                           .add_dtype_config<int8_linear>()
                           .set_root_module<nn::linear<>>()
                           .set_reference_quantized_module<qz::reference::linear>())){};
static_assert(qz::valid_backend<my_device>);

struct my_mapping {
    static constexpr qz::qconfig everywhere{qz::min_max_observer().quant_range(0, 127).eps(0x1p-12),
                                            qz::default_weight_observer};
    static constexpr auto value = qz::qconfig_mapping().set_global(everywhere);
};

struct net {
    using inputs = qz::inputs<qz::f32<1, 16>>;
    nn::linear<16, 8> first;
    nn::tanh act;
    nn::linear<8, 4> second;
    QUANTYPE_MODULES(first, act, second)
    constexpr auto forward(auto x) const { return second(act(first(x))); }
};
