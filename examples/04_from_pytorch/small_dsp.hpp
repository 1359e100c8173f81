// Written by quantype_export from the BackendConfig 'small_dsp'.
// clang-format off
#pragma once
#include <quantype/backend/common/conv_add.hpp>
#include <quantype/backend/common/row.hpp>
#include <quantype/model/vocabulary/op_lists.hpp>
#include <quantype/model/vocabulary/quantization.hpp>

namespace exported {

namespace small_dsp_table {

namespace qz = quantype;
namespace qb = qz::backends;
namespace nn = qz::nn;
namespace fn = qz::fn;
namespace method = qz::method;
namespace reference = qz::reference;
namespace fusers = qz::fusers;

struct quint8_weight_qint8_constrained : qz::dtype_config {
    static constexpr qz::dtype_with_constraints input_dtype =
        qz::dtype_with_constraints(qz::quint8).quant_range(0, 127);
    static constexpr qz::dtype_with_constraints output_dtype =
        qz::dtype_with_constraints(qz::quint8).quant_range(0, 127);
    static constexpr qz::dtype_with_constraints weight_dtype = qz::qint8;
    static constexpr qz::dtype bias_dtype = qz::float32;
};

using patterns = qb::table<
    qb::row<qb::on<nn::conv2d<>>, qb::dtype_configs<quint8_weight_qint8_constrained>, qb::root<nn::conv2d<>>,
            qb::reference_of<reference::conv2d>>,
    qb::row<qb::on<nn::linear<>>, qb::dtype_configs<quint8_weight_qint8_constrained>, qb::root<nn::linear<>>,
            qb::reference_of<reference::linear>>>;

}  // namespace small_dsp_table

/// 'small_dsp': 2 patterns. The arithmetic is that of the engine qnnpack.
struct small_dsp : decltype(quantype::backend_config<"small_dsp">()
                             .set_engine<quantype::engine::qnnpack>()
                             .set_backend_pattern_configs_of(small_dsp_table::patterns{})) {};

}  // namespace exported
