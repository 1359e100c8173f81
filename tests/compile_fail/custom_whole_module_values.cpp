// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: a module that is not traced through must take and give one value each
// EXPECT_NOTE: sub
#include "common.hpp"

struct block {
    nn::relu r;
    QUANTYPE_MODULES(r)
#ifdef QUANTYPE_TWIN
    constexpr auto forward(auto x) const { return r(x); }
#else
    constexpr auto forward(auto x) const { return qz::tuple(r(x), x); }
#endif
};
struct net {
    using inputs = qz::inputs<qz::f32<1, 10>>;
    block sub;
    QUANTYPE_MODULES(sub)
    constexpr auto forward(auto x) const { return sub(x); }
};
struct config {
    static constexpr auto value = qz::prepare_custom_config().set_non_traceable_module_name("sub");
};
static_assert(qz::traced<qz::customized<net, config>>::ok);
