// SPDX-License-Identifier: BSL-1.0
// What a node of the graph does: every op is a type in the vocabulary and an address in the passes.
#pragma once
#include <cstdint>
#include <string_view>

#include <quantype/core/shape.hpp>

QUANTYPE_BEGIN_NAMESPACE

/// The kinds of node of a torch.fx graph.
enum class node_kind : std::uint8_t { placeholder, get_attr, call_module, call_function, call_method, output };

/// What an op computes, for shape inference and evaluation. Classes, functions and methods that compute the same thing
/// share one; matching never looks at it (it compares op addresses). `custom` ops bring their own functions.
enum class op_code : std::uint8_t {
    none,
    custom,
    input,
    parameter,
    output,
    linear,
    conv,
    batch_norm,
    relu,
    relu6,
    sigmoid,
    tanh,
    hardswish,
    hardsigmoid,
    softmax,
    sin,
    max_pool,
    avg_pool,
    adaptive_avg_pool,
    mean,
    add,
    mul,
    matmul,
    cat,
    flatten,
    reshape,
    pad,
    dropout,
    identity,
    observer,
    quantize,
    quantize_dynamic,
    dequantize,
    to_dtype,
    qparam,
    conv_transpose,
    prelu,
    leaky_relu,
    elu,
    hardtanh,
    layer_norm,
    group_norm,
    instance_norm,
    embedding,
    embedding_bag,
    recurrent,
    recurrent_cell,
    transpose,
    permute,
    size,
    getitem,
    masked_fill,
    clamp,
    sub,
    stack,
    repeat,
    repeat_interleave,
    narrow,
    resize,
    pixel_shuffle,
    pixel_unshuffle,
    channel_shuffle,
};

/// Ops with a weight that is quantized beforehand, and a bias.
constexpr bool is_weighted(op_code c) {
    return c == op_code::linear || c == op_code::conv || c == op_code::conv_transpose;
}

/// Other ops whose modules have parameters.
constexpr bool has_parameters(op_code c) {
    switch (c) {
        case op_code::batch_norm:
        case op_code::layer_norm:
        case op_code::group_norm:
        case op_code::instance_norm:
        case op_code::prelu: return true;
        default: return false;
    }
}

/// Ops whose value has the shape of the input, or with two inputs the shape that both broadcast to.
constexpr bool keeps_shape(op_code c) {
    switch (c) {
        case op_code::relu:
        case op_code::relu6:
        case op_code::sigmoid:
        case op_code::tanh:
        case op_code::hardswish:
        case op_code::hardsigmoid:
        case op_code::sin:
        case op_code::add:
        case op_code::mul:
        case op_code::sub:
        case op_code::dropout:
        case op_code::identity:
        case op_code::leaky_relu:
        case op_code::elu:
        case op_code::hardtanh:
        case op_code::prelu:
        case op_code::clamp: return true;
        default: return false;
    }
}

struct attributes;
struct float_call;
struct infer_result;

/// Everything the passes know of an op. One constexpr object per op type; its address is the op's identity.
struct op_info {
    /// PyTorch's public dotted name: "torch.nn.Conv2d", "operator.add", "method:mean".
    std::string_view name{};
    node_kind kind = node_kind::call_function;
    op_code code = op_code::none;
    /// For op_code::custom: shape of the output from the shapes of the inputs.
    infer_result (*infer)(const attributes&, const shape* inputs, int count) = nullptr;
    /// Computes an op of the user's own in float32 (core/float_call.hpp); null: it has no float form of its own.
    void (*evaluate)(const float_call&) = nullptr;

    /// The last component: the name a traced node gets ("add", "mean", "Conv2d").
    constexpr std::string_view short_name() const {
        for (std::size_t i = name.size(); i > 0; --i)
            if (name[i - 1] == '.' || name[i - 1] == ':') return name.substr(i);
        return name;
    }
};

using op_id = const op_info*;

namespace detail {
template <class Op>
constexpr op_info own_op() {
    if constexpr (requires { Op::op; })
        return Op::op;
    else
        return {"user module", node_kind::call_module, op_code::none};
}
}  // namespace detail

/// The op_info of an op type. The built-in vocabulary specialises it; a user's op has a static member `op`; a user's
/// module that is traced through needs none.
template <class Op>
inline constexpr op_info op_of = detail::own_op<Op>();

/// Identity of an op type: equal addresses, equal op.
template <class Op>
inline constexpr op_id id_of = &op_of<Op>;

/// The class a module type is an instance of: `nn::conv2d<3, 16, 3>` is an instance of `nn::conv2d<>`.
template <class Module>
struct class_of {
    using type = Module;
};
template <class Module>
    requires requires { typename Module::module_class; }
struct class_of<Module> {
    using type = typename Module::module_class;
};
template <class Module>
using class_of_t = typename class_of<Module>::type;

QUANTYPE_END_NAMESPACE
