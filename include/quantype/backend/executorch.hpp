// SPDX-License-Identifier: BSL-1.0
// PyTorch's ExecuTorch backend for devices, 84 patterns: linear, conv2d and what surrounds them. The arithmetic is
// qnnpack's.
#pragma once
#include <quantype/backend/common/conv.hpp>
#include <quantype/backend/common/elementwise.hpp>
#include <quantype/backend/common/linear.hpp>
#include <quantype/backend/common/recurrent.hpp>
#include <quantype/backend/common/row.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace backends {

namespace executorch_table {
using weighted = dtype_configs<weighted_qint8_symmetric, weighted_quint8>;
using linear = dtype_configs<weighted_qint8_symmetric, weighted_quint8, weighted_quint8_dynamic,
                             weighted_qint8_symmetric_dynamic, weighted_float16_dynamic>;
using binary = dtype_configs<plain_qint8_scaled, weighted_quint8>;
using plain = dtype_configs<plain_qint8_scaled, plain_quint8>;
using tables = dtype_configs<table_quint8>;

using share_observer_ops =
    ops<nn::flatten<>, fn::adaptive_avg_pool2d, fn::elu, fn::hardtanh, fn::max_pool2d, fn::pad, fn::relu, fn::relu6,
        fn::leaky_relu, fn::leaky_relu_, nn::adaptive_avg_pool2d<>, nn::constant_pad2d<>, nn::elu<>, nn::max_pool2d<>,
        nn::relu6, nn::hardtanh<>, nn::leaky_relu<>, fn::clamp, fn::flatten, fn::mean, fn::permute, fn::permute_copy,
        fn::squeeze, method::clamp, method::mean, method::permute, method::reshape, method::relu, method::relu_,
        method::squeeze, method::squeeze_, method::leaky_relu>;

using patterns = join<single_linear_rows<linear>,                                                     //
                      conv_rows_of<nn::conv2d<>, weighted>,                                           //
                      add_rows<binary>,                                                               //
                      sub_rows<binary>,                                                               //
                      mul_rows<binary>,                                                               //
                      rows<share_observer_ops, plain, shared>, rows<ops<nn::batch_norm2d<>>, plain>,  //
                      rows<ops<fn::cat, fn::concat, fn::concatenate>, plain, shared>,                 //
                      single_embedding_rows<tables>,                                                  //
                      rows<ops<fn::embedding>, tables, arguments<1, -1>>,                             //
                      embedding_bag_rows<tables>>;
}  // namespace executorch_table

/// get_executorch_backend_config().
struct executorch
    : decltype(backend_config<"executorch">().set_engine<engine::qnnpack>().set_backend_pattern_configs_of(
          executorch_table::patterns{})){};

}  // namespace backends

QUANTYPE_END_NAMESPACE
