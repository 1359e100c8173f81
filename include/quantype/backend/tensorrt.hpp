// SPDX-License-Identifier: BSL-1.0
// PyTorch's TensorRT backend, 149 patterns: qint8 everywhere. Its table only: TensorRT's own arithmetic is not
// reproduced, quantized ops would follow qnnpack's rules.
#pragma once
#include <quantype/backend/common/conv.hpp>
#include <quantype/backend/common/elementwise.hpp>
#include <quantype/backend/common/linear.hpp>
#include <quantype/backend/common/share_observer.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace backends {

namespace tensorrt_table {
using weighted = dtype_configs<weighted_qint8>;
using plain = dtype_configs<plain_qint8>;

using patterns = join<conv_rows<weighted>,                                 //
                      rows<ops<fn::addmm>, weighted, arguments<2, 0, 1>>,  //
                      cat_rows<plain>,                                     //
                      linear_rows<weighted>,                               //
                      add_rows<weighted>,                                  //
                      mul_rows<weighted>,                                  //
                      matmul_rows<weighted>,                               //
                      share_observer_rows<plain>,                          //
                      tensor_info_rows<plain>>;
}  // namespace tensorrt_table

/// get_tensorrt_backend_config().
struct tensorrt : decltype(backend_config<"tensorrt">().set_engine<engine::qnnpack>().set_backend_pattern_configs_of(
                      tensorrt_table::patterns{})){};

}  // namespace backends

QUANTYPE_END_NAMESPACE
