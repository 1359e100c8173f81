// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: no dtype config of the pattern has the QConfig's weight dtype
// EXPECT_NOTE: torch.nn.functional.linear
// EXPECT_NOTE: quint8
// EXPECT_NOTE: qint8
#include "common.hpp"

struct functional_backend : decltype(qz::backend_config<"functional">().set_backend_pattern_config(
                                qz::backend_pattern_config(qz::pattern<qz::fn::linear>)
                                    .add_dtype_config<weighted>()
                                    .set_input_type_to_index<1, 2>())){};
struct net {
    using inputs = qz::inputs<qz::f32<1, 10>>;
    nn::parameter<3, 10> weight;
    nn::parameter<3> bias;
    QUANTYPE_MODULES(weight, bias)
    constexpr auto forward(auto x) const { return qz::linear(x, weight, bias); }
};
struct mapping {
#ifdef QUANTYPE_TWIN
    static constexpr auto value = qz::qconfig_mapping().set_global(good);
#else
    static constexpr auto value =
        qz::qconfig_mapping().set_global(qz::qconfig{good.activation, qz::min_max_observer().dtype(qz::quint8)});
#endif
};
static_assert(qz::can_quantize<net, functional_backend, mapping>);
