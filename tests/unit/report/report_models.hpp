// SPDX-License-Identifier: BSL-1.0
// Small models and a small backend that the report tests share.
#pragma once
#include <quantype/model/nn/intrinsic.hpp>
#include <quantype/model/traced.hpp>
#include <quantype/prepare/prepare_stage.hpp>

namespace report_models {

namespace qz = quantype;
namespace nn = qz::nn;
namespace fn = qz::fn;
namespace nni = qz::nn::intrinsic;

struct op_int8 : qz::dtype_config {
    static constexpr qz::dtype_with_constraints input_dtype = qz::quint8, output_dtype = qz::quint8;
};
struct weighted_int8 : op_int8 {
    static constexpr qz::dtype_with_constraints weight_dtype = qz::qint8;
};

inline constexpr auto to_conv_relu = [](auto, auto, auto) { return nni::conv_relu2d{}; };

/// Conv2d (+ ReLU, fused), Linear, functional linear, add, mul, reshape.
struct backend
    : decltype(qz::backend_config<"small">()
                   .set_backend_pattern_config(qz::backend_pattern_config(qz::pattern<nn::conv2d<>>)
                                                   .add_dtype_config<weighted_int8>()
                                                   .set_root_module<nn::conv2d<>>()
                                                   .set_reference_quantized_module<qz::reference::conv2d>())
                   .set_backend_pattern_config(
                       qz::backend_pattern_config(qz::pattern<nn::conv2d<>, nn::relu>).set_fuser_method(to_conv_relu))
                   .set_backend_pattern_config(
                       qz::backend_pattern_config(qz::pattern<nni::conv_relu2d>).add_dtype_config<weighted_int8>())
                   .set_backend_pattern_config(qz::backend_pattern_config(qz::pattern<nn::linear<>>)
                                                   .add_dtype_config<weighted_int8>()
                                                   .set_root_module<nn::linear<>>()
                                                   .set_reference_quantized_module<qz::reference::linear>())
                   .set_backend_pattern_config(qz::backend_pattern_config(qz::pattern<fn::linear>)
                                                   .add_dtype_config<weighted_int8>()
                                                   .set_input_type_to_index<1, 2>())
                   .set_backend_pattern_config(
                       qz::backend_pattern_config(qz::pattern<fn::add>)
                           .add_dtype_config<op_int8>()
                           .set_num_tensor_args_to_observation_type<1>(qz::output_share_observer_with_input))
                   .set_backend_pattern_config(
                       qz::backend_pattern_config(qz::pattern<fn::mul>)
                           .add_dtype_config<op_int8>()
                           .set_num_tensor_args_to_observation_type<1>(qz::output_share_observer_with_input))
                   .set_backend_pattern_config(qz::backend_pattern_config(qz::pattern<qz::method::reshape>)
                                                   .add_dtype_config<op_int8>()
                                                   .set_observation_type(qz::output_share_observer_with_input))){};

inline constexpr qz::qconfig per_tensor{qz::min_max_observer(), qz::default_weight_observer};
inline constexpr qz::qconfig per_channel{qz::min_max_observer(), qz::default_per_channel_weight_observer};

struct mapping {
    static constexpr auto value = qz::qconfig_mapping().set_global(per_tensor);
};
struct per_channel_mapping {
    static constexpr auto value = qz::qconfig_mapping().set_global(per_channel);
};

/// A sequential that fuses, and a module that is called twice.
struct nested {
    using inputs = qz::inputs<qz::f32<1, 1, 4, 4>>;
    qz::sequential<nn::conv2d<1, 2, 3>, nn::relu> body;
    nn::sigmoid tail;
    QUANTYPE_MODULES(body, tail)
    constexpr auto forward(auto x) const { return tail(tail(body(x))); }
};
struct two_adds {
    using inputs = qz::inputs<qz::f32<1, 4>>;
    nn::linear<4, 4> l;
    QUANTYPE_MODULES(l)
    constexpr auto forward(auto x) const {
        const auto y = l(x);
        return (y + x) + y;
    }
};

/// Numbers as operands, and two outputs.
struct scalars {
    using inputs = qz::inputs<qz::f32<2, 4>, qz::f32<2, 4>>;
    nn::linear<4, 4, nn::no_bias> l;
    QUANTYPE_MODULES(l)
    constexpr auto forward(auto x, auto y) const { return qz::tuple((l(x) + 3) * 0.5, (2 * y).reshape({4, 2})); }
};
/// A functional linear that the mapping leaves in float, and a parameter below a container.
struct float_linear {
    using inputs = qz::inputs<qz::f32<2, 4>>;
    struct part {
        nn::parameter<3, 4> w;
        QUANTYPE_MODULES(w)
        constexpr auto forward(auto x) const { return qz::linear(x, w); }
    };
    part head;
    QUANTYPE_MODULES(head)
    constexpr auto forward(auto x) const { return head(x); }
};
struct conv_add {
    using inputs = qz::inputs<qz::f32<1, 3, 4, 4>>;
    nn::conv2d<3, 3, 1> a, b;
    nn::relu r;
    QUANTYPE_MODULES(a, b, r)
    constexpr auto forward(auto x) const {
        const auto left = a(x);
        return r(b(x) + left);
    }
};
/// Adds that onednn's patterns match but cannot fuse.
struct conv_add_odd {
    using inputs = qz::inputs<qz::f32<1, 3, 4, 4>>;
    nn::conv2d<3, 3, 1> a, b;
    QUANTYPE_MODULES(a, b)
    constexpr auto forward(auto x) const {
        const auto y = b(a(x) + 3);
        return y + y;
    }
};
struct no_mapping {
    static constexpr auto value = qz::qconfig_mapping();
};

}  // namespace report_models
