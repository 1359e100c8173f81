// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: an observer's quant range for qint8 may hold at most 256 codes
// EXPECT_NOTE: global
// EXPECT_NOTE: weight_observer
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
        qz::qconfig_mapping().set_global(qz::qconfig{good.activation, good.weight.quant_range(-128, 127)});
#else
    static constexpr auto value =
        qz::qconfig_mapping().set_global(qz::qconfig{good.activation, good.weight.quant_range(-128, 128)});
#endif
};
static_assert(qz::can_quantize<net, small_backend, mapping>);
