// SPDX-License-Identifier: BSL-1.0
// What PyTorch's own kernels support, 194 patterns: FBGEMM's and layer_norm. The arithmetic is FBGEMM's.
#pragma once
#include <quantype/backend/common/conv.hpp>
#include <quantype/backend/common/elementwise.hpp>
#include <quantype/backend/common/linear.hpp>
#include <quantype/backend/common/recurrent.hpp>
#include <quantype/backend/common/share_observer.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace backends {

namespace native_table {
using weighted = dtype_configs<weighted_quint8>;
using linear = dtype_configs<weighted_quint8, weighted_quint8_dynamic, weighted_float16_dynamic>;
using plain = dtype_configs<plain_quint8>;
using range_0_to_1 = dtype_configs<fixed_0_to_1>;
using range_neg1_to_1 = dtype_configs<fixed_neg1_to_1>;
using dynamic = dtype_configs<weighted_quint8_dynamic, weighted_float16_dynamic>;
using tables = dtype_configs<table_quint8, table_quint4x2>;

using patterns = join<conv_rows<weighted>,     //
                      linear_rows<linear>,     //
                      add_rows<plain>,         //
                      mul_rows<plain>,         //
                      matmul_rows<plain>,      //
                      cat_rows<plain>,         //
                      default_op_rows<plain>,  //
                      fixed_qparams_rows<range_0_to_1, range_neg1_to_1>,
                      share_observer_rows<plain>,  //
                      tensor_info_rows<plain>,     //
                      bn_rows<plain>,              //
                      layer_norm_rows<dtype_configs<float_weight_quint8>>,
                      recurrent_rows<dynamic>,  //
                      embedding_rows<tables>>;
}  // namespace native_table

/// get_native_backend_config().
struct native : decltype(backend_config<"native">().set_engine<engine::fbgemm>().set_backend_pattern_configs_of(
                    native_table::patterns{})){};

}  // namespace backends

QUANTYPE_END_NAMESPACE
