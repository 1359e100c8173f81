// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: a per-channel qscheme needs a per-channel observer, and the reverse
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
        qz::qconfig_mapping().set_global(qz::qconfig{good.activation, qz::default_per_channel_weight_observer});
#else
    static constexpr auto value = qz::qconfig_mapping().set_global(
        qz::qconfig{good.activation, good.weight.qscheme(qz::qscheme::per_channel_symmetric)});
#endif
};
static_assert(qz::can_quantize<net, small_backend, mapping>);
