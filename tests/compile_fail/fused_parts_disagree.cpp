// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: the object types fused into this module must all have the same QConfig in the mapping
// EXPECT_NOTE: conv
#include "common.hpp"

struct net {
    using inputs = qz::inputs<qz::f32<1, 3, 8, 8>>;
    nn::conv2d<3, 4, 3> conv;
    nn::relu relu;
    QUANTYPE_MODULES(conv, relu)
    constexpr auto forward(auto x) const { return relu(conv(x)); }
};
struct mapping {
#ifdef QUANTYPE_TWIN
    static constexpr auto value =
        qz::qconfig_mapping().set_object_type<nn::conv2d<>>(good).set_object_type<nn::relu>(good);
#else
    static constexpr auto value = qz::qconfig_mapping().set_object_type<nn::conv2d<>>(good);
#endif
};
static_assert(qz::can_quantize<net, small_backend, mapping>);
