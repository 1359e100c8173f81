// SPDX-License-Identifier: BSL-1.0
// The backend and mapping of the compile-time measurements: what a small device's table of patterns looks like.
#pragma once
#include <quantype/quantype.hpp>

namespace bench_models {

namespace qz = quantype;
namespace nn = qz::nn;
namespace nni = qz::nn::intrinsic;

struct weighted : qz::dtype_config {
    static constexpr qz::dtype_with_constraints input_dtype = qz::quint8, output_dtype = qz::quint8;
    static constexpr qz::dtype_with_constraints weight_dtype = qz::qint8;
};
struct plain : qz::dtype_config {
    static constexpr qz::dtype_with_constraints input_dtype = qz::quint8, output_dtype = qz::quint8;
};

inline constexpr auto fuse_conv_bn_relu = [](auto, auto, auto, auto) {
    return qz::fold_batch_norm<nni::conv_relu2d>{};
};
inline constexpr auto fuse_conv_bn = [](auto, auto, auto) { return qz::fold_batch_norm<nn::conv2d<>>{}; };

template <class Op>
constexpr auto own_output() {
    return qz::backend_pattern_config(qz::pattern<Op>).template add_dtype_config<plain>();
}
template <class Op>
constexpr auto shared_output() {
    return own_output<Op>().set_observation_type(qz::output_share_observer_with_input);
}
template <class Op, class Root, class Reference>
constexpr auto with_weight() {
    return qz::backend_pattern_config(qz::pattern<Op>)
        .template add_dtype_config<weighted>()
        .template set_root_module<Root>()
        .template set_reference_quantized_module<Reference>();
}

struct device
    : decltype(qz::backend_config<"device">().set_backend_pattern_configs(
          qz::backend_pattern_config(qz::pattern<nn::conv2d<>, nn::batch_norm2d<>, nn::relu>)
              .set_fuser_method(fuse_conv_bn_relu),
          qz::backend_pattern_config(qz::pattern<nn::conv2d<>, nn::batch_norm2d<>>).set_fuser_method(fuse_conv_bn),
          with_weight<nni::conv_relu2d, nn::conv2d<>, qz::reference::conv2d>(),
          with_weight<nn::conv2d<>, nn::conv2d<>, qz::reference::conv2d>(),
          with_weight<nn::linear<>, nn::linear<>, qz::reference::linear>(),
          qz::backend_pattern_config(qz::pattern<qz::fn::add, nn::relu>).add_dtype_config<plain>(),
          own_output<qz::fn::add>(), shared_output<nn::relu>(), shared_output<nn::relu6>(),
          shared_output<nn::max_pool2d<>>(), shared_output<nn::adaptive_avg_pool2d<>>(), shared_output<nn::dropout<>>(),
          shared_output<nn::flatten<>>(), shared_output<qz::fn::flatten>())){};

struct mapping {
    static constexpr auto value = qz::qconfig_mapping().set_global(qz::default_qnnpack_qconfig);
};

}  // namespace bench_models
