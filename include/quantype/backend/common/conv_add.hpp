// SPDX-License-Identifier: BSL-1.0
// The rows of oneDNN's convolution (+ batch norm) + add (+ relu): trees, because add has two operands. Either of them
// may be the convolution; the other one becomes a further input of the fused class.
#pragma once
#include <quantype/backend/common/fusers.hpp>
#include <quantype/backend/common/row.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace backends {

/// A getter: the position of `Op` (or match_all) in the match of `Tree`.
template <class Tree, class Op>
struct position_of {
    constexpr int operator()(const match_view&) const {
        const pattern_tree whole = tree_of<Tree>(), sought = tree_of<Op>();
        for (int i = 0; i < whole.size; ++i)
            if (whole.nodes[i].op == sought.nodes[0].op) return i;
        return -1;
    }
};

template <class Tree, class D, class Fused, class Fuser>
using conv_add_row =
    row<Tree, D, fused<Fused>, fused_by<Fuser>, property::root_node_getter_is<position_of<Tree, nn::conv2d<>>>,
        property::extra_inputs_getter_is<position_of<Tree, match_all>>>;

namespace detail {
using bn_of_conv = tree<nn::batch_norm2d<>, nn::conv2d<>>;
/// Shapes of the tree below the sum: the sum itself, or relu of it.
struct sum_alone {
    template <class Sum>
    using of = Sum;
};
struct sum_with_relu {
    template <class Sum>
    using of = tree<nn::relu, Sum>;
};
}  // namespace detail

template <class D, class Shape, class Fused>
using conv_add_rows_of = table<
    // the convolution on the left
    conv_add_row<typename Shape::template of<tree<fn::torch_add, detail::bn_of_conv, match_all>>, D, Fused,
                 fusers::fold_into<Fused>>,
    conv_add_row<typename Shape::template of<tree<fn::add, detail::bn_of_conv, match_all>>, D, Fused,
                 fusers::fold_into<Fused>>,
    conv_add_row<typename Shape::template of<tree<fn::torch_add, nn::conv2d<>, match_all>>, D, Fused,
                 fusers::sequential<Fused>>,
    conv_add_row<typename Shape::template of<tree<fn::add, nn::conv2d<>, match_all>>, D, Fused,
                 fusers::sequential<Fused>>,
    // on the right
    conv_add_row<typename Shape::template of<tree<fn::torch_add, match_all, detail::bn_of_conv>>, D, Fused,
                 fusers::fold_into<Fused>>,
    conv_add_row<typename Shape::template of<tree<fn::add, match_all, detail::bn_of_conv>>, D, Fused,
                 fusers::fold_into<Fused>>,
    conv_add_row<typename Shape::template of<tree<fn::torch_add, match_all, nn::conv2d<>>>, D, Fused,
                 fusers::sequential<Fused>>,
    conv_add_row<typename Shape::template of<tree<fn::add, match_all, nn::conv2d<>>>, D, Fused,
                 fusers::sequential<Fused>>,
    // the fused class
    row<on<Fused>, D, root<nn::conv2d<>>, reference_of<reference::conv2d>>>;

template <class D>
using conv_add_rows = join<conv_add_rows_of<D, detail::sum_alone, nn::intrinsic::conv_add2d>,
                           conv_add_rows_of<D, detail::sum_with_relu, nn::intrinsic::conv_add_relu2d>>;

}  // namespace backends

QUANTYPE_END_NAMESPACE
