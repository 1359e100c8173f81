// SPDX-License-Identifier: BSL-1.0
// PyTorch's FBGEMM backend for x86 servers, 192 patterns: quint8 activations, qint8 weights.
#pragma once
#include <quantype/backend/common/conv.hpp>
#include <quantype/backend/common/elementwise.hpp>
#include <quantype/backend/common/linear.hpp>
#include <quantype/backend/common/recurrent.hpp>
#include <quantype/backend/common/share_observer.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace backends {

namespace fbgemm_table {
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
                      recurrent_rows<dynamic>,     //
                      embedding_rows<tables>>;
}  // namespace fbgemm_table

/// get_fbgemm_backend_config().
struct fbgemm : decltype(backend_config<"fbgemm">().set_engine<engine::fbgemm>().set_backend_pattern_configs_of(
                    fbgemm_table::patterns{})){};

}  // namespace backends

QUANTYPE_END_NAMESPACE
