// SPDX-License-Identifier: BSL-1.0
// A backend for models that come from ONNX with their numbers: PyTorch's native table, but for sigmoid, tanh and their
// kind any scale and zero point will do. The arithmetic is ONNX's (engine::onnx).
#pragma once
#include <quantype/backend/common/conv.hpp>
#include <quantype/backend/common/elementwise.hpp>
#include <quantype/backend/common/linear.hpp>
#include <quantype/backend/common/share_observer.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace backends {

namespace onnx_table {
using weighted = dtype_configs<weighted_quint8>;
using linear = dtype_configs<weighted_quint8, weighted_quint8_dynamic>;
using plain = dtype_configs<plain_quint8>;

using patterns = join<conv_rows<weighted>,               //
                      linear_rows<linear>,               //
                      add_rows<plain>,                   //
                      mul_rows<plain>,                   //
                      matmul_rows<plain>,                //
                      cat_rows<plain>,                   //
                      default_op_rows<plain>,            //
                      fixed_qparams_rows<plain, plain>,  //
                      share_observer_rows<plain>,        //
                      tensor_info_rows<plain>,           //
                      bn_rows<plain>>;
}  // namespace onnx_table

/// For what tools/quantype_export makes of a quantized ONNX model.
struct onnx : decltype(backend_config<"onnx">().set_engine<engine::onnx>().set_backend_pattern_configs_of(
                  onnx_table::patterns{})){};

}  // namespace backends

QUANTYPE_END_NAMESPACE
