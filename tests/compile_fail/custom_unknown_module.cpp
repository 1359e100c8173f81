// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: the custom config names a module that the model does not have
// EXPECT_NOTE: haed
#include "common.hpp"

struct net {
    using inputs = qz::inputs<qz::f32<1, 10>>;
    nn::linear<10, 4> head;
    QUANTYPE_MODULES(head)
    constexpr auto forward(auto x) const { return head(x); }
};
struct config {
#ifdef QUANTYPE_TWIN
    static constexpr auto value = qz::prepare_custom_config().set_standalone_module_name("head");
#else
    static constexpr auto value = qz::prepare_custom_config().set_standalone_module_name("haed");
#endif
};
static_assert(qz::traced<qz::customized<net, config>>::ok);
