// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: an observer cannot reduce the range for symmetric quantization to quint8
// EXPECT_NOTE: torch.nn.Linear
// EXPECT_NOTE: activation_observer
#include "common.hpp"

struct net {
    using inputs = qz::inputs<qz::f32<1, 10>>;
    nn::linear<10, 3> fc;
    QUANTYPE_MODULES(fc)
    constexpr auto forward(auto x) const { return fc(x); }
};
struct mapping {
#ifdef QUANTYPE_TWIN
    static constexpr auto value = qz::qconfig_mapping().set_object_type<nn::linear<>>(
        qz::qconfig{good.activation.qscheme(qz::qscheme::per_tensor_symmetric), good.weight});
#else
    static constexpr auto value = qz::qconfig_mapping().set_object_type<nn::linear<>>(
        qz::qconfig{good.activation.qscheme(qz::qscheme::per_tensor_symmetric).reduce_range(true), good.weight});
#endif
};
static_assert(qz::can_quantize<net, small_backend, mapping>);
