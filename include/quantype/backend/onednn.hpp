// SPDX-License-Identifier: BSL-1.0
// PyTorch's oneDNN backend for x86, 221 patterns: also fuses convolution + add (+ relu), linear + leaky relu or tanh.
#pragma once
#include <quantype/backend/common/conv.hpp>
#include <quantype/backend/common/conv_add.hpp>
#include <quantype/backend/common/elementwise.hpp>
#include <quantype/backend/common/linear.hpp>
#include <quantype/backend/common/recurrent.hpp>
#include <quantype/backend/common/share_observer.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace backends {

namespace onednn_table {
using weighted = dtype_configs<weighted_quint8>;
using linear = dtype_configs<weighted_quint8, weighted_quint8_dynamic>;
using plain = dtype_configs<plain_quint8>;
using range_0_to_1 = dtype_configs<fixed_0_to_1>;
using range_neg1_to_1 = dtype_configs<fixed_neg1_to_1>;

/// Linear with an activation that only this backend fuses: module and function spelling.
template <class Fused, class Module, class Function, class Fuser = fusers::sequential<Fused>>
using linear_fused_rows = table<row<on<nn::linear<>, Module>, linear, fused<Fused>, fused_by<Fuser>>,
                                row<on<nn::linear<>, Function>, linear, fused<Fused>, fused_by<Fuser>>,
                                row<on<Fused>, linear, root<nn::linear<>>, reference_of<reference::linear>>,
                                row<on<fn::linear, Module>, linear>,  //
                                row<on<fn::linear, Function>, linear>>;
using leaky = nn::intrinsic::linear_leaky_relu;
using linear_bn_leaky_rows = table<row<on<nn::linear<>, nn::batch_norm1d<>, nn::leaky_relu<>>, linear, fused<leaky>,
                                       fused_by<fusers::fold_into<leaky>>>>;

using patterns = join<conv_rows<weighted>,      //
                      conv_add_rows<weighted>,  //
                      linear_rows<linear>,      //
                      linear_fused_rows<leaky, nn::leaky_relu<>, fn::leaky_relu>,
                      linear_bn_leaky_rows,  //
                      linear_fused_rows<nn::intrinsic::linear_tanh, nn::tanh, fn::tanh>,
                      add_rows<plain>,         //
                      mul_rows<plain>,         //
                      matmul_rows<plain>,      //
                      cat_rows<plain>,         //
                      default_op_rows<plain>,  //
                      fixed_qparams_rows<range_0_to_1, range_neg1_to_1>,
                      share_observer_rows<plain>,  //
                      bn_rows<plain>,              //
                      layer_norm_rows<dtype_configs<float_weight_quint8>>,
                      recurrent_rows<dtype_configs<weighted_quint8_dynamic>>,  //
                      embedding_rows<dtype_configs<table_qint8>>>;
}  // namespace onednn_table

/// get_onednn_backend_config().
struct onednn : decltype(backend_config<"onednn">().set_engine<engine::onednn>().set_backend_pattern_configs_of(
                    onednn_table::patterns{})){};

}  // namespace backends

QUANTYPE_END_NAMESPACE
