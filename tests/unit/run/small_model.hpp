// SPDX-License-Identifier: BSL-1.0
// A small model with a backend of its own, for the tests of the desk path.
#pragma once
#include <cstring>
#include <initializer_list>
#include <string>
#include <vector>

#include <quantype/desk.hpp>

namespace small {

namespace qz = quantype;
namespace nn = qz::nn;

struct codes : qz::dtype_config {
    static constexpr auto input_dtype = qz::dtype_with_constraints(qz::quint8);
    static constexpr auto output_dtype = input_dtype;
    static constexpr qz::dtype_with_constraints weight_dtype = qz::qint8;
};
inline constexpr auto fuse = [](auto, auto, auto) { return nn::intrinsic::linear_relu{}; };
struct backend : decltype(qz::backend_config<"small">().set_backend_pattern_configs(
                     qz::backend_pattern_config(qz::pattern<nn::linear<>>)
                         .add_dtype_config<codes>()
                         .set_root_module<nn::linear<>>()
                         .set_reference_quantized_module<qz::reference::linear>(),
                     qz::backend_pattern_config(qz::pattern<nn::linear<>, nn::relu>).set_fuser_method(fuse),
                     qz::backend_pattern_config(qz::pattern<nn::intrinsic::linear_relu>)
                         .add_dtype_config<codes>()
                         .set_root_module<nn::linear<>>()
                         .set_reference_quantized_module<qz::reference::linear>())){};

struct mapping {
    static constexpr auto value =
        qz::qconfig_mapping().set_global(qz::qconfig{qz::min_max_observer(), qz::default_weight_observer});
};
/// The same with another range, for a file of another mapping.
struct other_mapping {
    static constexpr auto value = qz::qconfig_mapping().set_global(qz::default_qconfig);
};

struct net {
    using inputs = qz::inputs<qz::f32<1, 4>>;
    nn::linear<4, 3> first;
    nn::relu act;
    nn::linear<3, 2> second;
    QUANTYPE_MODULES(first, act, second)
    constexpr auto forward(auto x) const { return second(act(first(x))); }
};

inline qz::any_tensor floats(qz::shape s, const std::vector<float>& values) {
    return qz::to_any_tensor(qz::tensor<float>(s, values));
}

inline qz::tensor_map weights() {
    return {{"first.weight",
             floats(qz::shape(3, 4), {0.5f, -0.25f, 0.125f, 1, -1, 0.75f, 0.5f, 0, 0.25f, 0.25f, -0.5f, 1})},
            {"first.bias", floats(qz::shape(3), {0.1f, -0.2f, 0.3f})},
            {"second.weight", floats(qz::shape(2, 3), {1, -0.5f, 0.25f, -1, 0.5f, 0.75f})},
            {"second.bias", floats(qz::shape(2), {0.0f, 0.5f})}};
}

inline qz::tensor<float> input(std::initializer_list<float> values) {
    return {qz::shape(static_cast<int>(values.size()) / 4, 4), std::vector<float>(values)};
}

/// The text of the error that `f` raises; empty when it raises none.
template <class F>
std::string error_of(F&& f) {
    try {
        f();
    } catch (const qz::error& e) {
        return e.what();
    }
    return {};
}

}  // namespace small
