// SPDX-License-Identifier: BSL-1.0
// The built-in fusers, for `set_fuser_method`. Each gets (is_qat, classes in forward order) and gives the fused class;
// in evaluation mode a batch norm is folded into weight and bias, in training it is kept inside the fused class.
#pragma once
#include <quantype/backend/pattern_config.hpp>
#include <quantype/model/vocabulary/families.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace fusers {

namespace detail {
template <bool IsQat, class Trained, class Evaluated>
struct by_mode {
    using type = Trained;
};
template <class Trained, class Evaluated>
struct by_mode<false, Trained, Evaluated> {
    using type = Evaluated;
};
template <class IsQat, class Trained, class Evaluated>
using by_mode_t = typename by_mode<IsQat::value, Trained, Evaluated>::type;
template <class Module>
using family = vocabulary::family<class_of_t<Module>>;
}  // namespace detail

/// Wraps the parts in `Fused`, in either mode.
template <class Fused>
struct sequential {
    template <class... Parts>
    constexpr Fused operator()(Parts...) const {
        return {};
    }
};
/// Convolution, batch norm.
struct conv_bn {
    template <class IsQat, class Conv, class BatchNorm>
    constexpr auto operator()(IsQat, Conv, BatchNorm) const
        -> detail::by_mode_t<IsQat, typename detail::family<Conv>::with_bn, fold_batch_norm<Conv>> {
        return {};
    }
};
/// Convolution, batch norm, relu.
struct conv_bn_relu {
    template <class IsQat, class Conv, class BatchNorm, class Relu>
    constexpr auto operator()(IsQat, Conv, BatchNorm, Relu) const
        -> detail::by_mode_t<IsQat, typename detail::family<Conv>::with_bn_relu,
                             fold_batch_norm<typename detail::family<Conv>::with_relu>> {
        return {};
    }
};
/// Linear, batch norm.
struct linear_bn {
    template <class IsQat, class Linear, class BatchNorm>
    constexpr auto operator()(IsQat, Linear, BatchNorm) const
        -> detail::by_mode_t<IsQat, typename detail::family<Linear>::with_bn, fold_batch_norm<Linear>> {
        return {};
    }
};
/// Transposed convolution, batch norm. Not for training.
struct convtranspose_bn {
    template <class IsQat, class Conv, class BatchNorm>
    constexpr auto operator()(IsQat, Conv, BatchNorm) const
        -> detail::by_mode_t<IsQat, cannot_fuse, fold_batch_norm<Conv>> {
        return {};
    }
};
/// Folds the batch norm and wraps the parts in `Fused`. Not for training.
template <class Fused>
struct fold_into {
    template <class IsQat, class... Parts>
    constexpr auto operator()(IsQat, Parts...) const -> detail::by_mode_t<IsQat, cannot_fuse, fold_batch_norm<Fused>> {
        return {};
    }
};

}  // namespace fusers

// The same as objects, under PyTorch's names: `.set_fuser_method(fuse_conv_bn)`.
inline constexpr fusers::conv_bn fuse_conv_bn{};
inline constexpr fusers::conv_bn_relu fuse_conv_bn_relu{};
inline constexpr fusers::linear_bn fuse_linear_bn{};
inline constexpr fusers::convtranspose_bn fuse_convtranspose_bn{};
/// `.set_fuser_method(fuse_sequential<nn::intrinsic::linear_relu>)`.
template <class Fused>
inline constexpr fusers::sequential<Fused> fuse_sequential{};

QUANTYPE_END_NAMESPACE
