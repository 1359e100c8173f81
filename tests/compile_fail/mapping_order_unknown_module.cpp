// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: the QConfig mapping names a module that the model does not have
// EXPECT_NOTE: head
#include "common.hpp"

struct net {
    using inputs = qz::inputs<qz::f32<1, 10>>;
    nn::linear<10, 3> fc;
    QUANTYPE_MODULES(fc)
    constexpr auto forward(auto x) const { return fc(x); }
};
struct mapping {
#ifdef QUANTYPE_TWIN
    static constexpr auto value = qz::qconfig_mapping().set_module_name_object_type_order<nn::linear<>>("", 0, good);
#else
    static constexpr auto value =
        qz::qconfig_mapping().set_module_name_object_type_order<nn::linear<>>("head", 0, good);
#endif
};
static_assert(qz::can_quantize<net, small_backend, mapping>);
