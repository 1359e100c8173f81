// SPDX-License-Identifier: BSL-1.0
// The rows of ops that keep scale and zero point (pools, shape changes, relu), and of ops that give no tensor.
#pragma once
#include <quantype/backend/common/row.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace backends {

using share_observer_modules =
    ops<nn::adaptive_avg_pool1d<>, nn::adaptive_avg_pool2d<>, nn::adaptive_avg_pool3d<>, nn::avg_pool1d<>,
        nn::avg_pool2d<>, nn::avg_pool3d<>, nn::hardtanh<>, nn::identity, nn::max_pool1d<>, nn::max_pool2d<>,
        nn::max_pool3d<>, nn::pixel_shuffle<>, nn::pixel_unshuffle<>, nn::relu, nn::relu6>;
using share_observer_functions =
    ops<fn::adaptive_avg_pool1d, fn::adaptive_avg_pool2d, fn::adaptive_avg_pool3d, fn::hardtanh, fn::hardtanh_,
        fn::interpolate, fn::max_pool1d, fn::max_pool2d, fn::max_pool3d, fn::pixel_shuffle, fn::pixel_unshuffle,
        fn::relu, fn::relu6, fn::avg_pool1d, fn::avg_pool2d, fn::avg_pool3d, fn::clamp, fn::flatten, fn::mean,
        fn::narrow, fn::repeat_interleave, fn::transpose, fn::squeeze, fn::stack, fn::unsqueeze, fn::floordiv>;
using share_observer_methods =
    ops<method::contiguous, method::clamp, method::detach, method::detach_, method::mean, method::permute,
        method::repeat, method::repeat_interleave, method::reshape, method::resize_, method::relu, method::relu_,
        method::squeeze, method::squeeze_, method::transpose, method::unsqueeze, method::unsqueeze_, method::view>;

template <class D>
using share_observer_rows = join<rows<share_observer_modules, D, shared>, rows<share_observer_functions, D, shared>,
                                 rows<share_observer_methods, D, shared>>;

template <class D>
using tensor_info_rows = rows<ops<method::shape, method::size>, D, not_observed>;

}  // namespace backends

QUANTYPE_END_NAMESPACE
