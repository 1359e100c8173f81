// SPDX-License-Identifier: BSL-1.0
// PyTorch's mobile backend, 190 patterns: qint8 with symmetric weights where the QConfig allows it, else quint8.
#pragma once
#include <quantype/backend/common/conv.hpp>
#include <quantype/backend/common/elementwise.hpp>
#include <quantype/backend/common/linear.hpp>
#include <quantype/backend/common/recurrent.hpp>
#include <quantype/backend/common/share_observer.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace backends {

namespace qnnpack_table {
using weighted = dtype_configs<weighted_qint8_symmetric, weighted_quint8>;
using linear =
    dtype_configs<weighted_qint8_symmetric, weighted_quint8, weighted_quint8_dynamic, weighted_float16_dynamic>;
using plain = dtype_configs<plain_qint8_scaled, plain_quint8>;
using range_0_to_1 = dtype_configs<plain_qint8_scaled, fixed_0_to_1>;
using range_neg1_to_1 = dtype_configs<plain_qint8_scaled, fixed_neg1_to_1>;
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
                      bn_rows<plain>,              //
                      recurrent_rows<dynamic>,     //
                      embedding_rows<tables>>;
}  // namespace qnnpack_table

/// get_qnnpack_backend_config().
struct qnnpack : decltype(backend_config<"qnnpack">().set_engine<engine::qnnpack>().set_backend_pattern_configs_of(
                     qnnpack_table::patterns{})){};

}  // namespace backends

QUANTYPE_END_NAMESPACE
