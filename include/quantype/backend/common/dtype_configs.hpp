// SPDX-License-Identifier: BSL-1.0
// The dtype configs that PyTorch's built-in backends choose from, by name. One line is one dtype or constraint.
#pragma once
#include <quantype/backend/dtype_config.hpp>

QUANTYPE_BEGIN_NAMESPACE

namespace backends {

/// Alternatives for one pattern, in the order they are tried.
template <class... DtypeConfigs>
struct dtype_configs {};

namespace constraint {
/// Mobile engines: qint8 needs scales of at least 2^-12; symmetric weights leave out -128.
inline constexpr auto qint8_scaled = dtype_with_constraints(qint8).scale_min(0x1p-12);
inline constexpr auto qint8_symmetric = dtype_with_constraints(qint8).quant_range(-127, 127).scale_min(0x1p-12);
/// Ops whose result range is known: 0..1 (sigmoid, hardsigmoid, softmax) and -1..1 (tanh).
inline constexpr auto range_0_to_1 = dtype_with_constraints(quint8).quant_range(0, 255).exactly(1.0 / 256.0, 0);
inline constexpr auto range_neg1_to_1 = dtype_with_constraints(quint8).quant_range(0, 255).exactly(2.0 / 256.0, 128);
}  // namespace constraint

// --- ops with a weight and a bias --------------------------------------------------------------------------------

/// quint8 in and out, qint8 weight: static quantization.
struct weighted_quint8 : dtype_config {
    static constexpr dtype_with_constraints input_dtype = quint8;
    static constexpr dtype_with_constraints output_dtype = quint8;
    static constexpr dtype_with_constraints weight_dtype = qint8;
    static constexpr dtype bias_dtype = float32;
};
/// qint8 throughout, unconstrained (TensorRT).
struct weighted_qint8 : weighted_quint8 {
    static constexpr dtype_with_constraints input_dtype = qint8;
    static constexpr dtype_with_constraints output_dtype = qint8;
};
/// qint8 throughout, symmetric weight in [-127, 127], smallest scale 2^-12 (XNNPACK's kernels).
struct weighted_qint8_symmetric : weighted_quint8 {
    static constexpr dtype_with_constraints input_dtype = constraint::qint8_scaled;
    static constexpr dtype_with_constraints output_dtype = constraint::qint8_scaled;
    static constexpr dtype_with_constraints weight_dtype = constraint::qint8_symmetric;
};
/// quint8 input quantized at run time, float output.
struct weighted_quint8_dynamic : weighted_quint8 {
    static constexpr dtype_with_constraints output_dtype = float32;
    static constexpr maybe<bool> is_dynamic = true;
};
struct weighted_qint8_symmetric_dynamic : weighted_qint8_symmetric {
    static constexpr dtype_with_constraints output_dtype = float32;
    static constexpr maybe<bool> is_dynamic = true;
};
struct weighted_float16_dynamic : weighted_quint8_dynamic {
    static constexpr dtype_with_constraints input_dtype = float16;
    static constexpr dtype_with_constraints weight_dtype = float16;
};
/// Normalisation with a float weight.
struct float_weight_quint8 : weighted_quint8 {
    static constexpr dtype_with_constraints weight_dtype = float32;
};

// --- ops without ---------------------------------------------------------------------------------------------------

struct plain_quint8 : dtype_config {
    static constexpr dtype_with_constraints input_dtype = quint8;
    static constexpr dtype_with_constraints output_dtype = quint8;
};
struct plain_qint8 : dtype_config {
    static constexpr dtype_with_constraints input_dtype = qint8;
    static constexpr dtype_with_constraints output_dtype = qint8;
};
struct plain_qint8_scaled : dtype_config {
    static constexpr dtype_with_constraints input_dtype = constraint::qint8_scaled;
    static constexpr dtype_with_constraints output_dtype = constraint::qint8_scaled;
};

// --- fixed qparams ---------------------------------------------------------------------------------------------------

struct fixed_0_to_1 : dtype_config {
    static constexpr dtype_with_constraints input_dtype = constraint::range_0_to_1;
    static constexpr dtype_with_constraints output_dtype = constraint::range_0_to_1;
};
struct fixed_neg1_to_1 : dtype_config {
    static constexpr dtype_with_constraints input_dtype = constraint::range_neg1_to_1;
    static constexpr dtype_with_constraints output_dtype = constraint::range_neg1_to_1;
};
/// x86 lists weight and bias dtypes here too; these ops have neither.
struct weighted_fixed_0_to_1 : fixed_0_to_1 {
    static constexpr dtype_with_constraints weight_dtype = qint8;
    static constexpr dtype bias_dtype = float32;
};
struct weighted_fixed_neg1_to_1 : fixed_neg1_to_1 {
    static constexpr dtype_with_constraints weight_dtype = qint8;
    static constexpr dtype bias_dtype = float32;
};

// --- weight only -----------------------------------------------------------------------------------------------------

/// Float in and out, integer table.
struct table_quint8 : dtype_config {
    static constexpr dtype_with_constraints input_dtype = float32;
    static constexpr dtype_with_constraints output_dtype = float32;
    static constexpr dtype_with_constraints weight_dtype = quint8;
};
struct table_quint4x2 : table_quint8 {
    static constexpr dtype_with_constraints weight_dtype = quint4x2;
};
struct table_qint8 : table_quint8 {
    static constexpr dtype_with_constraints weight_dtype = qint8;
};

}  // namespace backends

QUANTYPE_END_NAMESPACE
