// SPDX-License-Identifier: BSL-1.0
// EXPECT: quantype: this op is quantized by the backend, but quantype has no kernel for it in this form
// EXPECT_NOTE: forward of the model
// EXPECT_NOTE: method:mean
#include "common.hpp"

#include <quantype/run/model.hpp>

inline constexpr auto mean_row = qz::backend_pattern_config(qz::pattern<qz::method::mean>).add_dtype_config<plain>();
struct my_backend : decltype(qz::backend_config<"mine">().set_backend_pattern_configs(linear_row, mean_row)){};
struct net {
    using inputs = qz::inputs<qz::f32<1, 4, 4, 10>>;
    nn::linear<10, 3> fc;
    QUANTYPE_MODULES(fc)
#ifdef QUANTYPE_TWIN
    constexpr auto forward(auto x) const { return fc(x).mean({2, 3}); }
#else
    constexpr auto forward(auto x) const { return fc(x).mean({0, 2}); }
#endif
};
void calibrate_it() { qz::prepare<net, my_backend, everywhere>(qz::tensor_map{}); }
