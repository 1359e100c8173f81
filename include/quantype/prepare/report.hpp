// SPDX-License-Identifier: BSL-1.0
// What was decided for each node, and why: the constant that `explain`, strict mode and users' static_asserts read.
#pragma once
#include <cstdint>

#include <quantype/version.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// The decision on one node.
enum class decision : std::uint8_t {
    not_applicable,       ///< inputs, outputs, parameters, sizes, indexing
    quantized,            ///< a pattern and a dtype config of the backend fit the QConfig
    inside_pattern,       ///< part of a pattern that ends at another node
    float_by_choice,      ///< the mapping gives no QConfig
    nothing_to_share,     ///< moves data only and shares its input's observer, but the input is float: stays float
    no_pattern,           ///< a QConfig, but no pattern of the backend ends here
    activation_dtype,     ///< no dtype config of the pattern has the QConfig's activation dtype
    weight_dtype,         ///< likewise for the weight
    quant_range_missing,  ///< the backend asks for a quant range and the observer has none (W1)
    quant_range,          ///< the observer's range exceeds the backend's (W2)
    scale_min_missing,    ///< the backend asks for a smallest scale and the observer has no eps (W3)
    scale_min,            ///< the observer's eps is below the backend's smallest scale (W4)
    fixed_missing,        ///< the backend asks for fixed qparams and the observer has none (W5)
    fixed_mismatch,       ///< the fixed qparams differ from the backend's (W6)
    parts_disagree,       ///< the nodes of the pattern carry different QConfigs
};

/// True for the decisions that leave a node in float although its QConfig asked for quantization.
constexpr bool is_refusal(decision d) { return d >= decision::no_pattern; }

/// One line of the report. `have` and `need` are the numbers of the comparison that failed: {low, high} for ranges,
/// {eps, 0} for scales, {scale, zero point} for fixed qparams.
struct finding {
    decision what = decision::not_applicable;
    bool on_weight = false;  ///< the constraint was the weight's, else the activation's
    int pattern = -1;        ///< index into the backend's table
    int dtype_config = -1;   ///< which alternative of the pattern passed, counted from 0
    double have[2] = {0, 0};
    double need[2] = {0, 0};
};

QUANTYPE_END_NAMESPACE
