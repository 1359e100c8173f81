// SPDX-License-Identifier: BSL-1.0
// PyTorch's default backend on x86, 192 patterns: FBGEMM's, but binary and fixed-qparams ops list weight dtypes too.
#pragma once
#include <quantype/backend/common/conv.hpp>
#include <quantype/backend/common/elementwise.hpp>
#include <quantype/backend/common/linear.hpp>
#include <quantype/backend/common/recurrent.hpp>
#include <quantype/backend/common/share_observer.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace backends {

namespace x86_table {
using weighted = dtype_configs<weighted_quint8>;
using linear = dtype_configs<weighted_quint8, weighted_quint8_dynamic, weighted_float16_dynamic>;
using plain = dtype_configs<plain_quint8>;
using range_0_to_1 = dtype_configs<weighted_fixed_0_to_1>;
using range_neg1_to_1 = dtype_configs<weighted_fixed_neg1_to_1>;
using dynamic = dtype_configs<weighted_quint8_dynamic, weighted_float16_dynamic>;
using tables = dtype_configs<table_quint8, table_quint4x2>;

using patterns = join<conv_rows<weighted>,     //
                      linear_rows<linear>,     //
                      add_rows<weighted>,      //
                      mul_rows<weighted>,      //
                      matmul_rows<weighted>,   //
                      cat_rows<plain>,         //
                      default_op_rows<plain>,  //
                      fixed_qparams_rows<range_0_to_1, range_neg1_to_1>,
                      share_observer_rows<plain>,  //
                      tensor_info_rows<plain>,     //
                      bn_rows<plain>,              //
                      recurrent_rows<dynamic>,     //
                      embedding_rows<tables>>;
}  // namespace x86_table

/// get_x86_backend_config().
struct x86 : decltype(backend_config<"x86">().set_engine<engine::fbgemm>().set_backend_pattern_configs_of(
                 x86_table::patterns{})){};

}  // namespace backends

QUANTYPE_END_NAMESPACE
