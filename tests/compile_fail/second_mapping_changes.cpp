// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: the mapping given to convert may leave this op in float, but not give it another QConfig
// EXPECT_NOTE: fc
#include "common.hpp"

struct net {
    using inputs = qz::inputs<qz::f32<1, 10>>;
    nn::linear<10, 3> fc;
    QUANTYPE_MODULES(fc)
    constexpr auto forward(auto x) const { return fc(x); }
};
#ifdef QUANTYPE_TWIN
inline constexpr auto other = qz::no_qconfig;
#else
inline constexpr auto other = qz::default_per_channel_qconfig;
#endif
struct second {
    static constexpr auto value = everywhere::value.set_module_name("fc", other);
};
static_assert(qz::can_quantize<net, small_backend, qz::converted_with<everywhere, second>>);
