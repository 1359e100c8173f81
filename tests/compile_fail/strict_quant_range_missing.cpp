// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: the backend constrains the quant range, but the QConfig's observer has none
// EXPECT_NOTE: fc
// EXPECT_NOTE: torch.nn.Linear
#include "common.hpp"

struct net {
    using inputs = qz::inputs<qz::f32<1, 10>>;
    nn::linear<10, 3> fc;
    QUANTYPE_MODULES(fc)
    constexpr auto forward(auto x) const { return fc(x); }
};
struct mapping {
#ifdef QUANTYPE_TWIN
    static constexpr auto value = qz::qconfig_mapping().set_global(good);
#else
    static constexpr auto value =
        qz::qconfig_mapping().set_global(qz::qconfig{qz::recording_observer(), qz::default_weight_observer});
#endif
};
static_assert(qz::can_quantize<net, small_backend, mapping>);
