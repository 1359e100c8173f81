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
    int in = 0;      ///< linear: in_features; conv: in_channels; batch_norm: num_features; getitem: first element
    int out = 0;     ///< linear: out_features; conv: out_channels; recurrent: hidden_size
    int groups = 1;  ///< conv, group_norm; recurrent: gates (4 lstm, 3 gru, 1 rnn)
    bool bias = false;
    window geometry{};              ///< conv and pools
    bool count_include_pad = true;  ///< avg_pool
    int divisor_override = 0;       ///< avg_pool; 0 = none
    int axes[2 * max_rank] = {};  ///< mean dims, reshape target, flatten range, pad amounts, pool output size, cat dim;
                                  ///< recurrent: layers, directions, whether the batch comes first
    int axis_count = 0;
    bool keepdim = false;     ///< mean; getitem: the element is itself a pair (h, c)
    bool has_scalar = false;  ///< add/mul with a number as second operand; rnn_cell: relu in place of tanh;
                              ///< pad: the value is given, ConstantPad2d
    double scalar = 0;  ///< that number; norms: eps; pad: value; dropout: p; leaky_relu: slope; elu: alpha; clamp: min
    double limit = 0;   ///< clamp: max
    constexpr bool operator==(const attributes&) const = default;
};

inline constexpr int max_recurrent_layers = 8;

/// Ops that give several tensors: recurrent layers (output, state) and the lstm's cell (h, c). Such a value is one
/// buffer that holds them one behind the other, h before c; its shape is that of the first.
constexpr bool gives_tuple(const attributes& a) {
    return a.code == op_code::recurrent || (a.code == op_code::recurrent_cell && a.groups == 4) ||
           (a.code == op_code::getitem && a.keepdim);
}
/// Shape of each state (h, or h and c) of a recurrent layer or cell with output shape `out`.
constexpr shape state_shape(const attributes& a, const shape& out) {
    if (a.code != op_code::recurrent) return out;
    return shape(a.axes[0] * a.axes[1], out[a.axes[2] != 0 ? 0 : 1], a.out);
}
/// Number of elements in the value of a call whose (first) shape is `out`.
constexpr std::int64_t value_count(const attributes& a, const shape& out) {
    if (!gives_tuple(a)) return out.count();
    if (a.code != op_code::recurrent) return 2 * out.count();
    return out.count() + (a.groups == 4 ? 2 : 1) * state_shape(a, out).count();
}

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
    state,
    tuple,
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
