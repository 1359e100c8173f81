// SPDX-License-Identifier: BSL-1.0
// The constants of one call: geometry, axes, scalars. Filled from a module's type or a function's arguments.
#pragma once
#include <quantype/core/dtype.hpp>
#include <quantype/core/op.hpp>
#include <quantype/core/shape.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// A window that slides over 1 to 3 spatial dimensions (index 0 is the outermost: D, H, W).
struct window {
    int rank = 0;
    int kernel[3] = {1, 1, 1};
    int stride[3] = {1, 1, 1};
    int pad_before[3] = {0, 0, 0};
    int pad_after[3] = {0, 0, 0};
    int dilation[3] = {1, 1, 1};
    bool ceil_mode = false;
    constexpr bool operator==(const window&) const = default;
};

/// The constants of one call. Only the members that its op_code uses are set; the rest keep their defaults.
struct attributes {
    op_code code = op_code::none;
    int in = 0;      ///< linear: in_features; conv: in_channels; batch_norm: num_features
    int out = 0;     ///< linear: out_features; conv: out_channels
    int groups = 1;  ///< conv
    bool bias = false;
    window geometry{};              ///< conv and pools
    bool count_include_pad = true;  ///< avg_pool
    int divisor_override = 0;       ///< avg_pool; 0 = none
    int axes[2 * max_rank] = {};  ///< mean dims, reshape target, flatten range, pad amounts, pool output size, cat dim
    int axis_count = 0;
    bool keepdim = false;
    bool has_scalar = false;  ///< add/mul with a number as second operand
    double scalar = 0;        ///< that number; batch_norm: eps; pad: value; dropout: p
    constexpr bool operator==(const attributes&) const = default;
};

/// Why a shape could not be inferred. The sentences stand in model/traced.hpp.
enum class shape_error : std::uint8_t {
    none,
    rank,
    channels,
    features,
    window_larger_than_input,
    broadcast,
    reshape_count,
    cat_shape,
    axis,
    groups,
    inputs,
    negative_pad,
    unsupported,
};

/// Output shape, or what was had and what was needed.
struct infer_result {
    shape out{};
    shape_error error = shape_error::none;
    int have = 0;
    int need = 0;
};

QUANTYPE_END_NAMESPACE
