// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: the mapping given to convert must have this entry of prepare's mapping
// EXPECT_NOTE: fc
#include "common.hpp"

struct net {
    using inputs = qz::inputs<qz::f32<1, 10>>;
    nn::linear<10, 3> fc;
    QUANTYPE_MODULES(fc)
    constexpr auto forward(auto x) const { return fc(x); }
};
struct first {
    static constexpr auto value = everywhere::value.set_module_name("fc", good);
};
#ifdef QUANTYPE_TWIN
struct second {
    static constexpr auto value = everywhere::value.set_module_name("fc", qz::no_qconfig);
};
#else
using second = everywhere;
#endif
static_assert(qz::can_quantize<net, small_backend, qz::converted_with<first, second>>);
