// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: this observer does not support dynamic quantization
// EXPECT_NOTE: fc
#include "common.hpp"

struct net {
    using inputs = qz::inputs<qz::f32<1, 10>>;
    nn::linear<10, 3> fc;
    QUANTYPE_MODULES(fc)
    constexpr auto forward(auto x) const { return fc(x); }
};
struct mapping {
#ifdef QUANTYPE_TWIN
    static constexpr auto value = qz::qconfig_mapping().set_module_name("fc", good);
#else
    static constexpr auto value = qz::qconfig_mapping().set_module_name(
        "fc", qz::qconfig{qz::histogram_observer().is_dynamic(true), good.weight});
#endif
};
static_assert(qz::can_quantize<net, small_backend, mapping>);
