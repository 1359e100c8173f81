// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: an observer's quant_min must be less than its quant_max
// EXPECT_NOTE: global
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
    static constexpr auto value =
        qz::qconfig_mapping().set_global(qz::qconfig{good.activation.quant_range(0, 1), good.weight});
#else
    static constexpr auto value =
        qz::qconfig_mapping().set_global(qz::qconfig{good.activation.quant_range(0, 0), good.weight});
#endif
};
static_assert(qz::can_quantize<net, small_backend, mapping>);
